"""What an agent says of itself: events as they happen, counters, health, metrics, and a port for those who ask."""
