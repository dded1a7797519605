"""`samlink agent bench`: how many rows a second an agent carries from the table to the result written back."""
