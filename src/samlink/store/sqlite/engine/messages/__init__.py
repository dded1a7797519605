"""The verbs of `Store` about messages, from their acceptance until they are removed."""
