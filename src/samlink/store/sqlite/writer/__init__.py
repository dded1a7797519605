"""The writer process, and the pipe to it."""
