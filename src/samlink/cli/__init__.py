"""The command line. `main` is what `samlink` runs; each command is one file under `commands/`."""

import sys

INTERRUPTED = 130
"""The exit code that shells expect after Ctrl-C."""


def main() -> int:
    """Run the command line with the process's arguments; the exit code: 0 good, 1 failure, 2 wrong usage."""
    try:
        from samlink.cli.entry import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        # While the command was still loading.
        return INTERRUPTED
