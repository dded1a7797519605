"""Wrong logins, counted by who tries what: (address, account ID). A throttle for the one who guesses, and nobody else.

The first `FREE_GUESSES` cost nothing. After each further one nothing is checked for that address and ID for a while,
which doubles up to `LONGEST_PAUSE_SECONDS`. A right login clears the count. Memory is bounded: of one address the IDs
with the fewest failures are forgotten first, so that many IDs tried once do not hide the one tried often.
"""

from typing import Final

FREE_GUESSES: Final = 5
FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 30.0
FORGOTTEN_SECONDS: Final = 900.0
"""After so long without a further failure an address begins anew."""
IDS_PER_ADDRESS_LIMIT: Final = 256
ADDRESSES_LIMIT: Final = 4096


class _Tried:
    """What one address has tried."""

    __slots__ = ("failures", "last", "until")

    def __init__(self) -> None:
        self.failures: dict[str, int] = {}
        self.until: dict[str, float] = {}
        self.last = 0.0


class Guesses:
    """Failures by address and ID. `now` is any clock in seconds that does not go back."""

    def __init__(self) -> None:
        self._tried: dict[str, _Tried] = {}

    def allowed(self, address: str, id: str, now: float) -> int:
        """How many passwords may be checked at once now; 0 while there is a pause."""
        tried = self._tried.get(address)
        if tried is None or now - tried.last > FORGOTTEN_SECONDS:
            return FREE_GUESSES
        if now < tried.until.get(id, now):
            return 0
        return max(1, FREE_GUESSES - tried.failures.get(id, 0))

    def failed(self, address: str, id: str, now: float) -> None:
        """One more was wrong."""
        tried = self._tried.pop(address, None)
        if tried is None or now - tried.last > FORGOTTEN_SECONDS:
            tried = _Tried()
        self._tried[address] = tried  # the last of all
        if len(self._tried) > ADDRESSES_LIMIT:
            del self._tried[next(iter(self._tried))]
        tried.last = now
        count = tried.failures.pop(id, 0) + 1
        if len(tried.failures) >= IDS_PER_ADDRESS_LIMIT:
            least = min(tried.failures, key=tried.failures.__getitem__)
            del tried.failures[least]
            tried.until.pop(least, None)
        tried.failures[id] = count
        if count >= FREE_GUESSES:
            pause = FIRST_PAUSE_SECONDS * 2.0 ** min(count - FREE_GUESSES, 16)
            tried.until[id] = now + min(pause, LONGEST_PAUSE_SECONDS)

    def right(self, address: str, id: str) -> None:
        """The address knows the password of this ID."""
        tried = self._tried.get(address)
        if tried is not None:
            tried.failures.pop(id, None)
            tried.until.pop(id, None)
