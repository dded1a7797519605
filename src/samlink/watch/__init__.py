"""What a running program tells those who watch it: events, lines of the log, counters over HTTP, the service manager.

The gateway and the agent each have a table of events and counters of their own; how these are told is the same, here.
"""
