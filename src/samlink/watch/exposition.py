"""Prometheus's text format, version 0.0.4: families of samples, each with its help and its type."""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

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


def counter(name: str, help: str, labels: tuple[str, ...], samples: Samples) -> Family:
    """A number that only grows, but for a start of the program."""
    return Family(name, "counter", help, labels, samples)


def gauge(name: str, help: str, labels: tuple[str, ...], samples: Samples) -> Family:
    """A number as it is now."""
    return Family(name, "gauge", help, labels, samples)


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
