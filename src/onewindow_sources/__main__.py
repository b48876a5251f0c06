"""Start with `python -m onewindow_sources`."""

import sys

from onewindow_sources.main import main

if __name__ == "__main__":
    sys.exit(main())
