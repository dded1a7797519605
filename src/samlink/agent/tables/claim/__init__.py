"""Rows that are due become the agent's: which are due, the links that say whose they are, rows that cannot be read."""
