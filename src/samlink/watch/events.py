"""Events: what happens in a program, as values with fields; logs, counters and service managers subscribe.

    whatever happens ──► Events.tell ──┬─► log_event       a line of the log, for an event that has a level
                                       ├─► counters        numbers for `/metrics` and `/health`
                                       └─► the program     READY=1, a greeting

One dialect for all logs: the line's event is the name of the event (`words_like_this`), and what is to be said of it
stands in fields. An event holds no telephone number, text or password: whoever tells one has masked it.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar

import msgspec
import structlog

from samlink.watch.lines import shown_fields

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("samlink")


class Event(msgspec.Struct, frozen=True):
    """Base of all events."""

    name: ClassVar[str] = ""
    """What the line of the log is called: its class's name, in `words_like_this`, or what the class says. Whoever reads
    logs by a program asks for it, so it does not change."""
    level: ClassVar[int | None] = None
    """How important the line is; None: not logged."""

    def __init_subclass__(cls) -> None:
        if "name" not in vars(cls):
            cls.name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


Subscriber = Callable[[Event], None]
"""Called at once, in the thread of whoever tells; it neither blocks nor raises."""


class Events:
    """The events of one program, handed on to all that subscribed."""

    def __init__(self, *subscribers: Subscriber) -> None:
        self._subscribers = list(subscribers)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Have `subscriber` called with each event from now on."""
        self._subscribers.append(subscriber)

    def tell(self, event: Event) -> None:
        """Something happened."""
        for subscriber in self._subscribers:
            subscriber(event)


def fields_of(event: Event) -> dict[str, Any]:
    """The fields of an event as the log shows them."""
    return shown_fields({name: getattr(event, name) for name in event.__struct_fields__})


def log_event(event: Event, **more: Any) -> None:
    """A line of the log for an event that has a level, with its fields and `more`; none for no rows."""
    if event.level is not None and getattr(event, "rows", True):
        _logger.log(event.level, event.name, **fields_of(event), **more)
