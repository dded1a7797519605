"""The agent's benchmark: a customer's tables, an agent and a gateway as processes."""
