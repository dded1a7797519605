"""The business, pure: messages and their states, accounts and prices, admission, the ledger's arithmetic.

Nothing here reads a clock, a socket, a file or a random number: `now_ms` (UTC, epoch milliseconds) is an argument.
"""
