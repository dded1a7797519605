"""The customer's database: rows are claimed, get their results, and move to the log of their month.

`live` is a table as its database has it, with the verbs of a claim. `schema`: how tables look; `claim`: which rows are
due and whose they are; `settle`: results and logs. `rows`, `settle.logs` and, of `schema`, `mapping`, `columns`,
`moments` and `reading` are pure; all else blocks, and is called in a thread.
"""
