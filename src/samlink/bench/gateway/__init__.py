"""The gateway's benchmark: its scenario, the floors beside it, attacks, and the cost of the rules."""
