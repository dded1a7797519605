"""Metrics as tables, and Prometheus's text format, version 0.0.4: families of samples, each with its help and type."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

import msgspec

from samlink.vocabulary.services import Duty, Service

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
Samples = Iterable[tuple[tuple[str, ...], float]]
"""Values of the labels, and the number."""


class Family(msgspec.Struct, frozen=True):
    """A metric: its samples differ in the values of its labels, which are few."""

    name: str
    """Without the ending `_total` that a counter's samples get."""
    kind: Literal["counter", "gauge"]
    help: str
    """One sentence."""
    labels: tuple[str, ...]
    samples: Samples


class Metric(NamedTuple):
    """A row of a program's table of metrics."""

    name: str
    """Without the program's prefix and, for a counter, without `_total`."""
    kind: Literal["counter", "gauge"]
    """A number that only grows, but for a start of the program; or a number as it is now."""
    help: str
    labels: tuple[str, ...]
    of: Callable[[Any], float | Mapping[Any, float] | None]
    """From what was counted: a number, or numbers by what the labels say (a tuple for several); None: no sample."""


def families(metrics: Iterable[Metric], prefix: str, counted: object) -> Iterator[Family]:
    """The metrics of one moment."""
    for metric in metrics:
        found = metric.of(counted)
        numbers = found if isinstance(found, Mapping) else {} if found is None else {(): found}
        samples = [(_values(key), number) for key, number in numbers.items()]
        yield Family(prefix + metric.name, metric.kind, metric.help, metric.labels, samples)


def _values(key: Any) -> tuple[str, ...]:
    return tuple(map(_word, key)) if isinstance(key, tuple) else (_word(key),)


def _word(value: Any) -> str:
    """A label: a service by its name, a duty by its word, a result code by its number."""
    if isinstance(value, Service):
        return value.name
    return value.value if isinstance(value, Duty) else str(value)


def metrics_text(families: Iterable[Family]) -> bytes:
    """The families as Prometheus reads them."""
    return "".join(line for family in families for line in _lines(family)).encode()


def _lines(family: Family) -> Iterable[str]:
    name = f"{family.name}_total" if family.kind == "counter" else family.name
    yield f"# HELP {name} {_escaped(family.help)}\n# TYPE {name} {family.kind}\n"
    for values, number in family.samples:
        pairs = ",".join(f'{label}="{_quoted(value)}"' for label, value in zip(family.labels, values, strict=True))
        yield f"{name}{{{pairs}}} {float(number)!r}\n" if pairs else f"{name} {float(number)!r}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', '\\"')
