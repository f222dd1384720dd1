"""MediaPipe's native objects: quiet logging, single close, and memory that goes back to the system."""

import ctypes
import os
import re
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, cast

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


_M_MMAP_THRESHOLD = -3  # malloc.h
_OWN_BLOCK_BYTES = 4 << 20


def own_blocks_for_networks() -> None:
    """Let every large block (weights, and what a network computes in) be mapped by itself, so that freeing it gives it
    back. By default glibc raises the limit with each large block that was freed, and then keeps all of them in pools
    per thread, where they are soon in pieces: 300 MB were kept after ten sessions. Elsewhere nothing is done."""
    if mallopt := _of_glibc("mallopt"):
        mallopt(_M_MMAP_THRESHOLD, _OWN_BLOCK_BYTES)


def give_memory_back() -> None:
    """Give back what was freed and lies unused in the pools. A few milliseconds; for the end of a session."""
    if trim := _of_glibc("malloc_trim"):
        trim(0)


@cache
def _of_glibc(name: str) -> Callable[..., int] | None:
    """A function of the C library, None where it is not glibc's."""
    try:
        return cast("Callable[..., int] | None", getattr(ctypes.CDLL(None), name, None))
    except (OSError, TypeError):  # Windows has no library without a name
        return None
