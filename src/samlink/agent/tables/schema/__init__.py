"""How a customer's table looks: its mapping, its columns as the database has them, and our own tables."""
