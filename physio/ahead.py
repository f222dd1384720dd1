"""Work done ahead of whoever waits for it, in a thread of its own."""

import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from types import TracebackType
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Ahead(Generic[Item]):
    """The items of an iterable, in their order, made in a thread while earlier ones are being used; at most `most` lie
    ready. An error while making one is raised where that item would have come. Use it as a context manager: leaving it
    waits for the thread to end, with the item that it is making."""

    def __init__(self, items: Iterable[Item], name: str, most: int = 2):
        self._items: Iterator[Item] = iter(items)
        self._most = most
        self._ready: deque[Item] = deque()
        self._change = threading.Condition()
        self._closed = self._done = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._make, name=name, daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Item]:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._ready or self._done or self._closed)
                if self._closed or not self._ready:
                    break
                item = self._ready.popleft()
                self._change.notify_all()
            yield item
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """End the thread; what lies ready is lost. May be called more than once."""
        with self._change:
            self._closed = True
            self._ready.clear()
            self._change.notify_all()
        self._thread.join()

    def _make(self) -> None:
        try:
            for item in self._items:
                if not self._hand_over(item):
                    break
            if isinstance(self._items, Generator):
                self._items.close()
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the one who waits
            self._error = error
        finally:
            with self._change:
                self._done = True
                self._change.notify_all()

    def _hand_over(self, item: Item) -> bool:
        """False when nobody wants any more."""
        with self._change:
            self._change.wait_for(lambda: len(self._ready) < self._most or self._closed)
            if self._closed:
                return False
            self._ready.append(item)
            self._change.notify_all()
            return True

    def __enter__(self) -> "Ahead[Item]":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
