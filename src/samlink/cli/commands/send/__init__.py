"""`samlink send`, and its parts in the order of its work: receivers, texts, messages, sending, results."""
