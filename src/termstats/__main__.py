"""`python -m termstats` is `termstats`."""

import sys

from termstats.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
