"""The agent, observed: events, counters, health, metrics, and the pages of its monitor port."""
