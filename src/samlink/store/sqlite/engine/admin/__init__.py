"""The verbs about accounts and their lists, who changed them, and what an operator looks up."""
