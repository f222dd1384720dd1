from datetime import UTC, datetime, timedelta

from physio.ui.moments import moment_typed

KNOWN = datetime(2026, 3, 20, 9, 30, 17, tzinfo=UTC)


def test_what_was_not_touched_stays_to_the_second_and_an_empty_field_is_none():
    assert moment_typed(datetime(2026, 3, 20, 9, 30), KNOWN) == KNOWN
    assert moment_typed(datetime(2026, 3, 20, 9, 31), KNOWN) == datetime(2026, 3, 20, 9, 31, tzinfo=UTC)
    assert moment_typed(None, KNOWN) is None
    assert moment_typed(None, None) is None


def test_nothing_began_later_than_now():
    assert moment_typed(datetime.now() + timedelta(days=2), None) <= datetime.now(UTC)
