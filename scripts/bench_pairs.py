"""Compare the CPU time of two commits: `samlink bench` of each in alternating pairs, A B, B A, A B, …

    python scripts/bench_pairs.py BEFORE AFTER [--pairs 10] [--messages 60000]

BEFORE and AFTER are checkouts in which `make setup` was run. The processor's speed drifts, so only ratios within one
pair are compared: CPU seconds for 1000 messages, of the gateway and its writer together, AFTER / BEFORE. The order
changes from pair to pair, so that a drift within pairs cancels out. Needs nothing but the standard library.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

QUIET = ("--runs", "1", "--queued", "0", "--no-rules", "--json")


def cpu_seconds_per_1000(checkout: Path, messages: int) -> dict[str, float]:
    """Run `samlink bench` once in a checkout; CPU seconds for 1000 messages, by process.

    Raises:
        SystemExit: the benchmark failed; its own words stand on stderr.
    """
    command = (str(checkout / ".venv/bin/samlink"), "bench", "--messages", str(messages), *QUIET)
    done = subprocess.run(command, cwd=checkout, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise SystemExit(f"samlink bench in {checkout} ended with {done.returncode}")
    found: dict[str, float] = json.loads(done.stdout)["end_to_end"]["cpu_seconds_per_1000"]
    return found


def served(figures: dict[str, float]) -> float:
    """The relay's own part: its gateway and its writer."""
    return figures["gateway"] + figures["writer"]


def line(label: str, values: Sequence[float], digits: int) -> str:
    """Median, least and greatest of a series."""
    return f"{label:<18}{statistics.median(values):.{digits}f}  ({min(values):.{digits}f} to {max(values):.{digits}f})"


def main() -> int:
    """Run the pairs, print each, then the medians with their spread."""
    parser = argparse.ArgumentParser(description="CPU time of two commits, in alternating pairs")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--messages", type=int, default=60_000)
    options = parser.parse_args()
    befores: list[float] = []
    afters: list[float] = []
    for number in range(options.pairs):
        order = ((options.before, befores), (options.after, afters))
        for checkout, series in order if number % 2 == 0 else reversed(order):
            series.append(served(cpu_seconds_per_1000(checkout, options.messages)))
        ratio = afters[-1] / befores[-1]
        print(f"pair {number + 1:>2}: {befores[-1]:.4f} s  {afters[-1]:.4f} s  {ratio:.3f}", flush=True)
    ratios = [after / before for before, after in zip(befores, afters, strict=True)]
    print(line("before, s/1000", befores, 4))
    print(line("after, s/1000", afters, 4))
    print(line("after / before", ratios, 3))
    return 0


if __name__ == "__main__":
    sys.exit(main())
