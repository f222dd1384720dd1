from collections.abc import Callable

import numpy as np
import pytest
from made_results import expressive, new_analysis, new_session, result, start

from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.metrics import EXPRESSION_COLUMNS
from physio.scoring.rescore import rescore
from physio.storage.acting import Records
from physio.storage.records import ConsentKind, FaceSettings
from physio.storage.rows import rows_of
from physio.storage.store import Store
from physio.storage.user import User
from physio.therapy.levels import AlertLevels
from physio.types import EndReason

EMOTION, NEUTRAL = ConsentKind.EMOTION, ConsentKind.NEUTRAL
ASKED = Assignment(emotion=True)


def stored_expressions(records: Records, session_id: str) -> int:
    """How many values of the facial expression signal are stored by the analysis that counts."""
    frames = records.analyses.frames(records.analyses.counting(session_id).id)
    return int(sum(np.isfinite(frames[name]).sum() for name in EXPRESSION_COLUMNS))


@pytest.fixture
def session(records: Records) -> Callable[[str], str]:
    """A finished session of a patient in which expressions are stored."""

    def made(patient_code: str) -> str:
        session_id = records.sessions.start(new_session(patient_code), new_analysis(assignment=ASKED))
        records.analyses.append(session_id, rows_of([expressive(i) for i in range(4)]))
        records.sessions.end(session_id, EndReason.STOPPED)
        return session_id

    return made


def test_without_a_record_there_is_no_consent_and_no_expression(records):
    assert records.consents.of("P001") == ()
    assert not records.consents.allowed("P001", ASKED).emotion
    assert not records.consents.allowed("nobody", ASKED).emotion


def test_with_the_record_it_is_allowed_for_that_patient_and_that_alone(records):
    records.patients.add("P002", "B. Lind")
    records.consents.give("P001", EMOTION, "what was read to her")
    assert records.consents.allowed("P001", ASKED) == ASKED
    assert not records.consents.allowed("P001", Assignment()).emotion, "nobody asked for it"
    assert not records.consents.allowed("P002", ASKED).emotion
    records.consents.give("P002", NEUTRAL, "x")
    assert not records.consents.allowed("P002", ASKED).emotion, "for the resting face alone"
    given = records.consents.standing("P001", EMOTION)
    assert given is not None
    assert (given.wording, given.recorded_by, given.withdrawn_at) == ("what was read to her", "local", None)


def test_who_gave_and_who_withdrew_stays_in_the_history(store: Store, records: Records):
    kim = store.acting_as(User("kim"))
    records.consents.give("P001", EMOTION, "first")
    records.consents.give("P001", EMOTION, "again")
    kim.consents.withdraw("P001", EMOTION)
    kim.consents.withdraw("P001", EMOTION)
    assert not records.consents.allowed("P001", ASKED).emotion
    kim.consents.give("P001", EMOTION, "second")
    assert records.consents.allowed("P001", ASKED).emotion
    new, old = records.consents.of("P001")
    assert (new.wording, new.recorded_by, new.stands) == ("second", "kim", True)
    assert (old.wording, old.recorded_by, old.withdrawn_by, old.stands) == ("first", "local", "kim", False)
    assert old.withdrawn_at is not None
    assert old.given_at <= old.withdrawn_at <= new.given_at
    told = [(one.author, one.action) for one in records.audit.all() if one.noun == "consent"]
    assert told == [("local", "give"), ("kim", "withdraw"), ("kim", "give")]


def test_the_resting_face_is_kept_with_consent_alone_and_goes_with_it(records):
    session_id = start(records)
    assert not records.neutrals.keep(session_id, 1, b"rest")
    assert records.neutrals.of("P001") is None
    records.consents.give("P001", EMOTION, "x")
    assert not records.neutrals.keep(session_id, 1, b"rest"), "consent to something else"
    records.consents.give("P001", NEUTRAL, "x")
    assert records.neutrals.keep(session_id, 1, b"rest")
    records.consents.withdraw("P001", EMOTION)
    assert records.neutrals.of("P001") is not None
    records.consents.withdraw("P001", NEUTRAL)
    assert records.neutrals.of("P001") is None
    withdrawn = records.audit.all()[-1]
    assert (withdrawn.action, withdrawn.key, withdrawn.counts) == ("withdraw", "neutral", {"neutral": 1})


def test_what_was_stored_with_consent_can_be_deleted_and_nothing_else_goes(records, session):
    records.patients.add("P002", "B. Lind")
    for code in ("P001", "P002"):
        records.consents.give(code, EMOTION, "x")
    first, second, other = session("P001"), session("P001"), session("P002")
    kept = records.analyses.frames(first)
    records.consents.withdraw("P001", EMOTION)
    assert stored_expressions(records, first), "deleting it is another step"
    assert records.consents.expressions_kept("P001") == 2
    records.consents.forget_expressions("P001")
    assert [stored_expressions(records, one) > 0 for one in (first, second, other)] == [False, False, True]
    assert records.consents.expressions_kept("P001") == 0
    now = records.analyses.frames(first)
    for name in set(kept) - set(EXPRESSION_COLUMNS):
        np.testing.assert_array_equal(now[name], kept[name])
    (told,) = [one for one in records.audit.all() if one.noun == "expressions"]
    assert told.counts == {"frame": 8}


def test_they_are_not_deleted_under_a_running_session(records):
    start(records)
    with pytest.raises(StoreError, match="in progress"):
        records.consents.forget_expressions("P001")


@pytest.mark.parametrize("agreed", [True, False])
def test_a_session_that_moves_takes_its_expressions_along_only_with_the_new_patients_consent(agreed, records, session):
    records.patients.add("P002", "B. Lind")
    for code in ("P001", "P002")[: 1 + agreed]:
        records.consents.give(code, EMOTION, "x")
    session_id = session("P001")
    records.sessions.move(session_id, "P001", "P002")
    assert (stored_expressions(records, session_id) > 0) is agreed


@pytest.mark.parametrize("gone", ["moved", "deleted"])
def test_the_resting_face_goes_with_the_session_that_it_was_learned_in(gone, records):
    records.patients.add("P002", "B. Lind")
    for code in ("P001", "P002"):
        records.consents.give(code, NEUTRAL, "x")
    session_id = start(records)
    records.sessions.end(session_id, EndReason.STOPPED)
    records.neutrals.keep(session_id, 1, b"rest")
    if gone == "moved":
        records.sessions.move(session_id, "P001", "P002")
    else:
        records.sessions.delete(session_id, "P001")
    assert records.neutrals.of("P001") is None
    assert records.neutrals.of("P002") is None


@pytest.mark.parametrize("stands", [True, False])
def test_a_session_that_is_analysed_again_keeps_them_only_while_the_consent_stands(stands, records, session):
    records.consents.give("P001", EMOTION, "x")
    session_id = session("P001")
    before = records.analyses.counting(session_id)
    if not stands:
        records.consents.withdraw("P001", EMOTION)
    rescore(records, session_id)
    after = records.analyses.counting(session_id)
    assert after.id != before.id
    assert after.emotion is stands
    assert (stored_expressions(records, session_id) > 0) is stands
    frames = records.analyses.frames(after.id)
    assert np.isfinite(frames["pspi"]).all(), "pain is no emotion"


# -- the resting face ------------------------------------------------------------------------------------------------


def test_the_newest_resting_face_stands_and_comes_back_as_it_was(records):
    records.consents.give("P001", NEUTRAL, "x")
    first, second = start(records), start(records)
    content = bytes(range(256)) * 4
    records.neutrals.keep(first, 1, b"old")
    records.neutrals.keep(second, 3, content)
    kept = records.neutrals.of("P001")
    assert kept is not None
    assert (kept.version, kept.content, kept.session_id) == (3, content, second)


def test_a_reset_deletes_it_and_says_so_and_the_consent_stands(records):
    records.consents.give("P001", NEUTRAL, "x")
    records.neutrals.reset("P001")
    assert not [one for one in records.audit.all() if one.action == "reset"], "there was nothing"
    session_id = start(records)
    records.neutrals.keep(session_id, 1, b"old")
    records.neutrals.reset("P001")
    assert records.neutrals.of("P001") is None
    assert [one.counts for one in records.audit.all() if one.action == "reset"] == [{"neutral": 1}]
    assert records.neutrals.keep(session_id, 1, b"new")


def test_no_image_and_no_landmarks_get_in_as_a_resting_face(records):
    records.consents.give("P001", NEUTRAL, "x")
    session_id = start(records)
    with pytest.raises(StoreError, match="2048"):
        records.neutrals.keep(session_id, 1, bytes(478 * 3 * 2))
    assert records.neutrals.keep(session_id, 1, bytes(2048))


# -- settings --------------------------------------------------------------------------------------------------------


def test_settings_are_the_usual_ones_until_they_are_changed(store: Store, records: Records):
    usual = records.face_settings.of("P001")
    assert usual == FaceSettings()
    assert (usual.pain, usual.sound, usual.advice, usual.suggestions) == (True, False, False, False)
    changed = FaceSettings(False, AlertLevels(4.5, 3.0, 0.85), sound=True, advice=True, suggestions=True)
    records.face_settings.change("P001", FaceSettings(sound=True))
    store.acting_as(User("kim")).face_settings.change("P001", changed)
    assert records.face_settings.of("P001") == changed
    records.patients.add("P002", "B. Lind")
    assert records.face_settings.of("P002") == usual
    told = records.audit.all()[-1]
    assert (told.author, told.action, told.noun) == ("kim", "change", "alert settings")
    assert (told.details["pspi"], told.details["suggestions"]) == ("4.5", "True")


def test_results_without_expressions_are_stored_without(records):
    session_id = start(records)
    records.analyses.append(session_id, rows_of([result(i) for i in range(4)]))
    assert stored_expressions(records, session_id) == 0
