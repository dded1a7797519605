"""The customer's database: rows are claimed, get their results, and move to the log of their month.

`live` is a table as its database has it, with the verbs of a claim. `schema`: how tables look; `claim`: which rows are
due and whose they are; `settle`: results and logs. `schema.mapping`, `schema.columns`, `schema.moments`, `rows` and
`settle.logs` are pure; all else blocks, and is called in a thread.
"""
