"""The commands, one file each. Each imports what is heavy when it runs, not when it is listed."""
