"""`python -m samlink`: the command line."""

import sys

from samlink.cli import main

if __name__ == "__main__":
    sys.exit(main())
