"""The customer's database: rows are claimed, get their results, and move to the log of their month.

`live` is a table as its database has it, with the verbs of a claim; beside it stand the agent's own tables (`schema`).
`mapping`, `columns`, `keys`, `moments` and `logs` are pure; all else blocks, and is called in a thread.
"""
