from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from made_results import start

from physio.errors import StoreError
from physio.storage.acting import Records
from physio.storage.records import NO_DETAILS, PatientDetails, Sex
from physio.storage.store import Store
from physio.storage.user import User
from physio.types import Side


def test_patients_come_back_by_code(records: Records) -> None:
    records.patients.add("A-7", "B. Demo", demo=True)
    assert [(p.code, p.name, p.demo, p.created_by, p.language) for p in records.patients.all()] == [
        ("A-7", "B. Demo", True, "local", None),
        ("P001", "A. Demo", False, "local", None),
    ]
    patient = records.patients.get("P001")
    assert patient is not None
    assert abs(datetime.now(UTC) - patient.created_at) < timedelta(minutes=5)
    assert records.patients.get("nobody") is None


def test_a_code_is_taken_only_once(records: Records) -> None:
    with pytest.raises(StoreError, match="Code P001 is already in use"):
        records.patients.add("P001", "somebody else")


@pytest.mark.parametrize("code", ["a b", "a/b", "P\u03001 ", "...", "_", "P😀"])
def test_a_bad_code_says_what_is_allowed(records: Records, code: str) -> None:
    with pytest.raises(StoreError, match="use 1 to 32 letters"):
        records.patients.add(code, "")


@pytest.mark.parametrize("code", ["", " ", "\t\n"])
def test_no_code_asks_for_one(records: Records, code: str) -> None:
    with pytest.raises(StoreError, match="Enter a patient code"):
        records.patients.add(code, "")


@pytest.mark.parametrize("code", ["p001", "Ｐ００１", "ｐ001"])
def test_codes_differ_in_more_than_case_and_unicode_form(records: Records, code: str) -> None:
    with pytest.raises(StoreError, match=f"Code {code} is too much like P001, which is in use"):
        records.patients.add(code, "")
    with pytest.raises(StoreError, match="too much like P001"):
        records.patients.usable_code(code)
    assert [patient.code for patient in records.patients.all()] == ["P001"]


@pytest.mark.parametrize(("code", "other"), [("STRASSE", "straße"), ("é1", "e\u03011"), ("ﬁn", "FIN"), ("Ω", "\u2126")])
def test_letters_of_other_forms_are_the_same_too(records: Records, code: str, other: str) -> None:
    records.patients.add(code, "")
    with pytest.raises(StoreError, match="in use"):
        records.patients.add(other, "")


def test_code_name_and_details_are_stored_trimmed_and_composed(records: Records) -> None:
    assert records.patients.add(" e\u0301-2\n", "  Ame\u0301lie ", PatientDetails(about=" ACL\u00a0repair ")) == "é-2"
    patient = records.patients.get("é-2")
    assert patient is not None
    assert (patient.name, patient.about) == ("Amélie", "ACL\u00a0repair")


UNSEEN = "\u202e\u2066\u200f\u200b\ufeff\x00\x1b\n\u2028\u00ad\ud800\u3164"


@pytest.mark.parametrize("sign", list(UNSEEN))
def test_what_nobody_sees_is_refused_and_said_where(records: Records, sign: str) -> None:
    """And is not half stored."""
    where = f"invisible character .U.{ord(sign):04X}. after “Ann”"
    with pytest.raises(StoreError, match=f"Code: there is an {where}"):
        records.patients.add(f"Ann{sign}a", "")
    with pytest.raises(StoreError, match=f"Name: there is an {where}"):
        records.patients.add("P002", f"Ann{sign}a")
    with pytest.raises(StoreError, match=f"Diagnosis or goal: there is an {where}"):
        records.patients.add("P002", "", PatientDetails(about=f"Ann{sign}a"))
    with pytest.raises(StoreError, match="Name: there is an"):
        records.patients.change("P001", f"Ann{sign}a", NO_DETAILS)
    assert [(patient.code, patient.name) for patient in records.patients.all()] == [("P001", "A. Demo")]


def test_the_joiner_that_pages_put_into_texts_is_dropped(records: Records) -> None:
    code = records.patients.add("P\N{WORD JOINER}1", "A@\N{WORD JOINER}b", PatientDetails(about="\N{WORD JOINER}1:100"))
    patient = records.patients.get("P1")
    assert patient is not None
    assert (code, patient.name, patient.about) == ("P1", "A@b", "1:100")


def test_an_unseen_character_at_the_start_is_said_so(records: Records) -> None:
    with pytest.raises(StoreError, match="the text starts with an invisible character"):
        records.patients.add("P002", "\u202eanna")


@pytest.mark.parametrize("name", ["علی\u200cرضا", "क्\u200dष", "👩\u200d⚕️ Ida", "Nguyễn Thị", "אבי", "O’Neil-Łuk"])
def test_names_of_all_writing_systems_stay_as_they_are(records: Records, name: str) -> None:
    records.patients.change("P001", name, NO_DETAILS)
    assert [patient.name for patient in records.patients.all()] == [name]


def test_a_name_of_joiners_alone_is_none(records: Records) -> None:
    records.patients.change("P001", "\u200d\u200c", NO_DETAILS)
    assert [patient.name for patient in records.patients.all()] == [""]


def test_texts_have_a_length_and_the_error_says_which(records: Records) -> None:
    records.patients.add("x" * 32, "y" * 80, PatientDetails(about="z" * 200))
    for code, name, about, said in (
        ("x" * 33, "", "", "Code: 33 characters are too many. Shorten the text to 32."),
        ("P002", "y" * 81, "", "Name: 81 characters are too many. Shorten the text to 80."),
        ("P002", "", "z" * 201, "Diagnosis or goal: 201 characters are too many. Shorten the text to 200."),
    ):
        with pytest.raises(StoreError, match=said):
            records.patients.add(code, name, PatientDetails(about=about))
    assert len(records.patients.all()) == 2


def test_what_is_known_of_a_patient_can_be_changed(records: Records) -> None:
    details = PatientDetails("de", "left", "ACL repair, stairs without rail", 1958, "female")
    records.patients.change("P001", " B. Other ", details)
    patient = records.patients.get("P001")
    assert patient is not None
    assert (patient.name, patient.details) == ("B. Other", details)
    (entry,) = records.audit.all()
    assert (entry.author, entry.action, entry.noun, entry.key) == ("local", "change", "patient", "P001")
    records.patients.change("P001", "B. Other", NO_DETAILS)
    assert [one.details for one in records.patients.all()] == [NO_DETAILS]
    with pytest.raises(StoreError, match="no patient P999"):
        records.patients.change("P999", "", details)


@pytest.mark.parametrize(
    ("details", "said"),
    [
        (PatientDetails(birth_year=1899), "“1899” cannot be right. Enter a year from 1900 to"),
        (PatientDetails(birth_year=datetime.now(UTC).year + 1), "cannot be right"),
        (PatientDetails(affected_side=cast(Side, "up")), "“up” cannot be stored here"),
        (PatientDetails(sex=cast(Sex, "yes")), "“yes” cannot be stored here"),
        (PatientDetails(language="xx"), "“xx” cannot be stored here"),
    ],
)
def test_details_that_cannot_be_are_refused(records: Records, details: PatientDetails, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        records.patients.change("P001", "A. Demo", details)
    with pytest.raises(StoreError, match=said):
        records.patients.add("P002", "", details)
    assert [one.details for one in records.patients.all()] == [NO_DETAILS]


def test_first_and_last_year_of_birth_are_allowed(records: Records) -> None:
    for year in (1900, datetime.now(UTC).year):
        records.patients.change("P001", "", PatientDetails(birth_year=year))
        assert [one.birth_year for one in records.patients.all()] == [year]


def test_archived_and_brought_back(records: Records) -> None:
    kept = start(records)
    records.patients.archive("P001")
    (patient,) = records.patients.all()
    assert patient.archived
    records.patients.archive("P001")
    assert records.patients.all() == (patient,), "the moment stays"
    assert [session.id for session in records.sessions.of("P001")] == [kept]
    records.patients.unarchive("P001")
    assert not records.patients.all()[0].archived
    assert [entry.action for entry in records.audit.all()] == ["archive", "archive", "unarchive"]
    for act in (records.patients.archive, records.patients.unarchive):
        with pytest.raises(StoreError, match="no patient P999"):
            act("P999")


def test_what_earlier_versions_let_in_can_still_be_used(store: Store, records: Records) -> None:
    """A code that clashes with another, and one with characters that are not allowed any more."""
    odd = "P\u202e3"
    with store.writing() as cursor:
        for code in ("p001", odd):
            cursor.execute(
                "insert into patient (code, name, demo, created_at, created_by) values (?, ?, false, now(), 'local')",
                [code, "Ann\u202ea"],
            )
    assert {one.code for one in records.patients.all()} == {"P001", "p001", odd}
    for code in ("p001", odd):
        assert records.patients.usable_code(code) == code
        start(records, code)
        records.patients.change(code, "Ann\u202ea", PatientDetails(about="knee"))
        records.patients.archive(code)
    assert [one.about for one in records.patients.all()] == ["", knee := "knee", knee]
    for session in records.sessions.of():
        records.sessions.discard(session.id)
    records.patients.delete(odd)
    records.patients.delete("p001")
    assert [one.code for one in records.patients.all()] == ["P001"]


def test_a_clash_with_a_patient_whom_the_user_may_not_see_says_no_more(store: Store) -> None:
    kim = store.acting_as(User("kim", frozenset({"p001"})))
    with pytest.raises(StoreError, match="You may not add patient p001"):
        kim.patients.add("p001", "")
