"""Manners for MediaPipe's native objects: no chatter on the terminal, and freed once, without noise at exit."""

import os
import re
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

_CHATTER = re.compile(
    rb"^(I\d{4} |INFO: |WARNING: (All log messages|Logging) before "
    rb"|W\d{4} .*(inference_feedback_manager|landmark_projection_calculator|face_landmarker_graph))"
)
_redirecting = threading.Lock()  # file descriptor 2 belongs to the whole process: one redirection at a time


@contextmanager
def quiet_native_logs() -> Iterator[None]:
    """Hold back what C++ code writes to stderr while the block runs, then write on everything but known chatter.

    Python's own logging of other threads in the same moment passes too, only later. Without a real stderr (some service
    managers close it) or a place to hold its text nothing is done.
    """
    with _redirecting, ExitStack() as stack:
        try:
            held = stack.enter_context(tempfile.TemporaryFile())
            saved = os.dup(2)
        except OSError:
            yield
            return
        stack.callback(os.close, saved)
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            held.seek(0)
            os.write(2, b"".join(line for line in held if not _CHATTER.match(line)))


def close_with(owner: object, landmarker: Any) -> "weakref.finalize[..., object]":
    """Call the result to free a MediaPipe task, twice if you like; by itself when owner is collected and at exit."""
    return weakref.finalize(owner, _free, landmarker)


def _free(landmarker: Any) -> None:
    try:
        landmarker.close()
    except RuntimeError:
        if landmarker._handle is None:
            raise
        # The interpreter is ending and has shut down MediaPipe's thread: the memory goes with the process. Without this
        # MediaPipe's own __del__ would try again and print a TypeError.
        landmarker._handle = None
