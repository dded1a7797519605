"""MMS files: taken, checked, kept, and forgotten when their time is over."""
