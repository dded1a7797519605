"""Rows get their results, and move to the log of their month."""
