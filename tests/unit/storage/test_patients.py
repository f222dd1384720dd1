from datetime import UTC, datetime, timedelta

import pytest

from physio.errors import StoreError
from physio.storage.acting import Records


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


@pytest.mark.parametrize("code", [" ", "a b", "x" * 33, "a/b", "P001\n"])
def test_a_bad_code_says_what_is_allowed(records: Records, code: str) -> None:
    with pytest.raises(StoreError, match="use 1 to 32 letters"):
        records.patients.add(code, "")


def test_no_code_asks_for_one(records: Records) -> None:
    with pytest.raises(StoreError, match="Enter a patient code"):
        records.patients.add("", "")


def test_the_language_is_kept_until_it_is_the_browsers_again(records: Records) -> None:
    records.patients.add("P002", "")
    records.patients.set_language("P001", "de")
    assert [patient.language for patient in records.patients.all()] == ["de", None]
    records.patients.set_language("P001", None)
    assert [patient.language for patient in records.patients.all()] == [None, None]
    with pytest.raises(StoreError, match="no patient P999"):
        records.patients.set_language("P999", "de")
