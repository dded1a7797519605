"""What the parts of the engine have in common."""

import apsw


class Verbs:
    """Verbs on one connection. One that is called as a verb of `Store` or `AdminStore` does what those promise, with
    times in the place of durations, and rows in that of structs."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
