"""Whether a claimed row is sent, as which message, and with which of the codes 73 to 79 it is refused otherwise.

`verdict`, `rules`, `values`, `charset` and `quiet_hours` are pure; look-ups in the database or on a disk (`black_list`,
`duplicates`, `files`, `expired_rows`) block, and are called in a thread.
"""
