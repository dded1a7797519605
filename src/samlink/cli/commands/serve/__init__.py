"""`samlink serve`, and how a gateway runs in this process."""
