"""Whether a claimed row is sent, as which message, and with which of the codes 73 to 79 it is refused otherwise.

`verdict`, `rules`, `values`, `charset` and `quiet_hours` are pure; what has to be looked up in the database or on a
disk (`black_list`, `duplicates`, `files`, `expired_rows`) blocks, and is called in a thread.
"""
