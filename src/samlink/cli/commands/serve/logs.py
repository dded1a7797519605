"""Logs of a gateway that the command line runs: on stderr, for a person, or one JSON object a line for a collector.

A traceback in a log never shows the values of variables: they may hold passwords, numbers and texts.
"""

import datetime
import enum
import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from samlink.cli.options import one_of
from samlink.vocabulary.times import KST
from samlink.watch.lines import Line


class LogLevel(enum.StrEnum):
    """The least important lines that are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def level_of(text: str) -> LogLevel:
    """The level of that name. Raises WrongUsageError."""
    return one_of(text, {level.value: level for level in LogLevel}, "--log-level")


def configure_logs(*, as_json: bool, level: LogLevel) -> None:
    """Send structlog's and the standard library's lines to stderr in one form."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [structlog.stdlib.add_log_level, _kst_time]
    last: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=24
            )
        ]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _fields_of_line],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


def _fields_of_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A line of the client or the simulated carrier, with its fields as an event has them."""
    if isinstance(line := event["_record"].msg, Line):
        event.update(line.fields, event=line.event)
    return event


def _kst_time(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["timestamp"] = datetime.datetime.now(KST).isoformat(timespec="milliseconds")
    return event
