"""The connections to a customer's database: which host, with which password, and how a session behaves as a guest."""
