"""Runs one command. Errors become one line on stderr and an exit status."""

import importlib
import os
import sys
from collections.abc import Sequence

from physio.cli.arguments import UsageError, parser
from physio.cli.interrupts import INTERRUPTED
from physio.cli.terminal import error
from physio.errors import PhysioError

FAILED, WRONG_USE = 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status. Wrong use ends the program with status 2, as argparse does."""
    arguments = parser().parse_args(argv)
    # Only now: a command that scores loads the networks' libraries, --help need not wait for them.
    command = importlib.import_module(f"physio.cli.{arguments.command}")
    try:
        return int(command.run(arguments))
    except UsageError as problem:
        arguments.wrong_use(str(problem))  # ends the program
        return WRONG_USE
    except PhysioError as problem:
        error(str(problem))
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone: nothing more to say
        return FAILED
    except Exception as problem:  # a person at a terminal gets one line, whatever went wrong
        if os.environ.get("PHYSIO_DEBUG"):
            raise
        error(f"unexpected {type(problem).__name__}: {problem}. Set PHYSIO_DEBUG=1 to see where it came from.")
        return FAILED
