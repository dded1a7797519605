"""A connection of either side as a state machine: bytes in, events and bytes out."""
