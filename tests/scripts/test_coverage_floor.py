"""The floors of coverage: each room by itself, and nothing passes because it was not measured."""

from typing import Any

from scripts.coverage_floor import FLOORS, by_room, too_low


def file(lines: int, covered: int, branches: int = 0, covered_branches: int = 0) -> dict[str, Any]:
    """One file of coverage's JSON."""
    return {
        "summary": {
            "num_statements": lines,
            "covered_lines": covered,
            "num_branches": branches,
            "covered_branches": covered_branches,
        }
    }


def test_a_room_is_the_sum_of_its_files_lines_and_branches() -> None:
    report = {
        "files": {
            "src/samlink/core/a.py": file(8, 8, 2, 1),
            "src/samlink/core/deep/b.py": file(10, 10),
            "src/samlink/__main__.py": file(2, 1),
            "src/samlink/wire/empty.py": file(0, 0),
        }
    }
    assert by_room(report) == {"core": 95.0, "samlink": 50.0}


def test_what_is_below_its_floor_or_not_measured_is_said() -> None:
    assert not list(too_low(dict.fromkeys(FLOORS, 95.0) | {"cli": 90.0}))
    said = "\n".join(too_low({"core": 94.9, "store": 99.0, "wire": 99.0, "cli": 10.0}))
    assert said.splitlines()[0] == "gateway: not measured"
    assert "core: 94.9 %" in said
    assert "cli: 10.0 %" in said
