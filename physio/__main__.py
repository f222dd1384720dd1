"""python -m physio: the command line."""

import sys

from physio.cli.interrupts import leave_when_interrupted

if __name__ == "__main__":
    leave_when_interrupted()  # before anything is loaded that takes time
    from physio.cli.main import main

    sys.exit(main())
