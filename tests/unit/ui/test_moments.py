from datetime import UTC, datetime, timedelta

from physio.ui.moments import moment_refused, moment_typed

KNOWN = datetime(2026, 3, 20, 9, 30, 17, tzinfo=UTC)


def test_what_was_not_touched_stays_to_the_second_and_an_empty_field_is_none():
    assert moment_typed(datetime(2026, 3, 20, 9, 30), KNOWN) == KNOWN
    assert moment_typed(datetime(2026, 3, 20, 9, 31), KNOWN) == datetime(2026, 3, 20, 9, 31, tzinfo=UTC)
    assert moment_typed(None, KNOWN) is None
    assert moment_typed(None, None) is None


def test_what_cannot_have_been_stays_as_it_was_typed_and_is_refused_in_words():
    tomorrow = moment_typed(datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1), None)
    assert tomorrow > datetime.now(UTC)
    refused = [tomorrow, datetime(1989, 12, 31, tzinfo=UTC)]
    assert [moment_refused(one).code for one in refused] == ["storage.impossible_date"] * 2
    assert moment_refused(KNOWN) is None
