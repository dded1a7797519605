"""Hold the coverage of each room above its floor: lines and branches together, of `coverage json` on stdin.

coverage json -q -o - | python scripts/coverage_floor.py
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

FLOORS: Final = {"gateway": 95.0, "store": 95.0, "core": 95.0, "wire": 95.0}
"""Per cent, by room: the rooms that must not lose a message."""
OTHERS: Final = 85.0
"""Of every other room."""


def by_room(report: Mapping[str, Any]) -> dict[str, float]:
    """Per cent of the lines and branches of each room that were reached."""
    reached: Counter[str] = Counter()
    present: Counter[str] = Counter()
    for path, file in report["files"].items():
        summary = file["summary"]
        place = path.partition("samlink/")[2]
        room = place.partition("/")[0] if "/" in place else "samlink"
        reached[room] += summary["covered_lines"] + summary["covered_branches"]
        present[room] += summary["num_statements"] + summary["num_branches"]
    return {room: 100 * reached[room] / present[room] for room in sorted(present) if present[room]}


def too_low(found: Mapping[str, float]) -> Iterator[str]:
    """The rooms below their floor, a line each."""
    for room in FLOORS.keys() - found.keys():
        yield f"{room}: not measured"
    for room, share in found.items():
        floor = FLOORS.get(room, OTHERS)
        if share < floor:
            yield f"{room}: {share:.1f} % is below {floor:g} %"


def main() -> int:
    """Print the rooms; 1 when one is below its floor."""
    found = by_room(json.load(sys.stdin))
    for room, share in found.items():
        print(f"{room:<16}{share:6.1f} %")
    faults = list(too_low(found))
    print("\n".join(faults), file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
