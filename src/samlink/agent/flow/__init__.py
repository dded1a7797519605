"""The agent's tasks: rows become messages, results come back into rows, and finished rows move to the logs."""
