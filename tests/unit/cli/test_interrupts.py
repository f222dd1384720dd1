import signal

import pytest

from physio.cli.interrupts import ignored_interrupts, raising_interrupts, uninterrupted


def test_an_interrupt_waits_for_the_end_of_the_block():
    done = []

    @raising_interrupts()
    def work():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            done.append("block")
        done.append("after")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["block"]


def test_nothing_happens_without_an_interrupt():
    before = signal.getsignal(signal.SIGINT)
    with raising_interrupts(), uninterrupted():
        pass
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_stays_one_whatever_a_library_makes_of_it():
    @raising_interrupts()
    def query():
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None

    with pytest.raises(KeyboardInterrupt):
        query()


def test_other_errors_pass_unchanged():
    with pytest.raises(RuntimeError, match="else"), raising_interrupts():
        raise RuntimeError("something else")


def test_ignored_interrupts_are_lost():
    with ignored_interrupts():
        signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
