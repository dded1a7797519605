"""How messages wait, are written and are answered."""
