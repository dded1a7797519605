"""The verbs on one SQLite connection: synchronous, and without a transaction of their own."""
