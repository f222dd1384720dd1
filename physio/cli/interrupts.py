"""What Ctrl-C does: end the program at once and without a word, but never in the middle of writing to the database.

Interrupting Python code in general prints tracebacks of whatever was being imported or computed. Here nothing needs
tidying up but the database, so only that is given the time: processes that score end with this one.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
"""Exit status of a program that was interrupted, as shells give it."""


def leave_when_interrupted() -> None:
    """From now on Ctrl-C ends the program at once."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C inside takes effect at the end of the block."""
    pending = threading.Event()
    with _handling(lambda *_: pending.set()):
        yield
    if pending.is_set():
        signal.raise_signal(signal.SIGINT)


@contextmanager
def _handling(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is ever interrupted
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
