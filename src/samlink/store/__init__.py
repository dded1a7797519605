"""Everything that must outlive the process: messages, accounts, ledger and files.

`contract` names the verbs; each engine has a folder.
"""
