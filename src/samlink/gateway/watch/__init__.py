"""What the gateway tells those who watch it: events, lines of the log, counters, `/health` and `/metrics`."""
