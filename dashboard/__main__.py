"""``python -m dashboard`` does what the command ``alliance`` does."""

import sys

from dashboard.shells.command import main

if __name__ == "__main__":
    sys.exit(main())
