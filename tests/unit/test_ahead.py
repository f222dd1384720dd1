import threading
from collections.abc import Iterator

import pytest

from physio.ahead import Ahead


def test_items_come_in_their_order_however_slow_either_side_is() -> None:
    with Ahead((k * k for k in range(200)), "squares") as squares:
        assert list(squares) == [k * k for k in range(200)]


def test_work_goes_on_while_earlier_items_are_used_but_not_farther_than_allowed() -> None:
    made, third = [], threading.Event()

    def numbers() -> Iterator[int]:
        for k in range(10):
            made.append(k)
            if k == 3:
                third.set()
            yield k

    with Ahead(numbers(), "numbers", most=2) as ahead:
        items = iter(ahead)
        assert next(items) == 0
        assert third.wait(10)  # without anybody asking for it
        assert made == [0, 1, 2, 3]  # one in use, two ready, one that waits for a place
        assert list(items) == list(range(1, 10))


def test_an_error_comes_in_its_place() -> None:
    def numbers() -> Iterator[float]:
        yield 1.0
        yield 2.0
        yield 1 / 0

    with Ahead(numbers(), "numbers") as ahead:
        items = iter(ahead)
        assert (next(items), next(items)) == (1.0, 2.0)
        with pytest.raises(ZeroDivisionError):
            next(items)


@pytest.mark.parametrize("used", [0, 1, 5])
def test_leaving_early_ends_the_thread_and_closes_what_was_read(used: int) -> None:
    before, closed = threading.active_count(), []

    def endless() -> Iterator[int]:
        try:
            k = 0
            while True:
                yield k
                k += 1
        finally:
            closed.append(threading.current_thread().name)

    with Ahead(endless(), "endless") as inner, Ahead((2 * k for k in inner), "outer") as outer:
        for item, _ in zip(outer, range(used), strict=False):
            assert item % 2 == 0
    assert closed == ["endless"]
    assert threading.active_count() == before
    outer.close()
    assert list(outer) == []
