"""The operator's commands on a data directory, while a gateway runs on it or not."""
