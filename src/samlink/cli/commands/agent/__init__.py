"""`samlink agent …`: the commands of the database agent, and their parts."""
