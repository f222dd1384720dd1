from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from made_results import result, start

from physio.errors import StoreError
from physio.kinematics.calibration import GoniometerReading
from physio.storage.acting import Records
from physio.storage.records import SessionCalibration
from physio.storage.rows import joined, rows_of
from physio.types import CalibrationChange, CalibrationLine

KNEE = CalibrationLine("knee_flexion_l", "goniometer", 88.0, -6.0, 1.05, 10.0, 90.0, 1.5)
READINGS = (GoniometerReading(10.0, 4.5, 87.0), GoniometerReading(90.0, 88.5, 89.0))
ZERO = CalibrationLine("trunk_flexion", "neutral", -85.0, -2.25)


def test_a_calibration_comes_back_as_it_was(records: Records) -> None:
    key = records.calibrations.add("P001", KNEE, READINGS)
    (kept,) = records.calibrations.of("P001")
    assert (kept.id, kept.patient_code, kept.line, kept.readings) == (key, "P001", KNEE, READINGS)
    assert abs(datetime.now(UTC) - kept.created_at) < timedelta(minutes=5)
    assert kept.ended_at is None
    assert records.calibrations.in_use("P001") == (KNEE,)
    assert records.calibrations.of("P002") == ()


def test_it_can_be_stopped_and_stays_as_history(records: Records) -> None:
    key = records.calibrations.add("P001", KNEE, READINGS)
    records.calibrations.stop(key)
    assert records.calibrations.in_use("P001") == ()
    (kept,) = records.calibrations.of("P001")
    assert kept.ended_at is not None
    records.calibrations.stop(key)
    assert records.calibrations.of("P001") == (kept,)  # the first end counts
    records.calibrations.stop("unknown")


def test_a_new_one_takes_the_place_of_the_same_joint_in_the_same_view_only(records: Records) -> None:
    right, front, other_side = (
        replace(KNEE, angle="knee_flexion_r"),
        replace(KNEE, azimuth_deg=10.0),
        replace(KNEE, azimuth_deg=-88.0),
    )
    for line in (KNEE, right, front, other_side):
        records.calibrations.add("P001", line, READINGS)
    better = replace(KNEE, azimuth_deg=70.0, offset_deg=-4.0)
    records.calibrations.add("P001", better, READINGS[:1])
    assert set(records.calibrations.in_use("P001")) == {right, front, other_side, better}
    assert records.calibrations.of("P001")[0].line == better
    assert [one.line for one in records.calibrations.of("P001") if one.ended_at] == [KNEE]


def test_views_around_the_back_are_one_view(records: Records) -> None:
    records.calibrations.add("P001", replace(KNEE, azimuth_deg=175.0), READINGS)
    records.calibrations.add("P001", replace(KNEE, azimuth_deg=-175.0), READINGS)
    assert [line.azimuth_deg for line in records.calibrations.in_use("P001")] == [-175.0]


def test_nobody_has_no_calibration(records: Records) -> None:
    with pytest.raises(StoreError, match="no patient P999"):
        records.calibrations.add("P999", KNEE, READINGS)
    assert records.calibrations.in_use("P999") == ()


def test_what_was_in_use_in_a_session_is_stored_with_its_frames(records: Records) -> None:
    session_id, other = start(records), start(records)
    results = [result(i) for i in range(6)]
    results[0] = replace(results[0], calibration=(CalibrationChange(KNEE, True),))
    results[3] = replace(results[3], calibration=(CalibrationChange(ZERO, True),))
    results[5] = replace(results[5], calibration=(CalibrationChange(ZERO, False),))
    records.analyses.append(session_id, joined([rows_of(results[:3]), rows_of(results[3:])]))
    assert records.analyses.calibration(session_id) == (
        SessionCalibration(0.0, True, KNEE),
        SessionCalibration(0.1, True, ZERO),
        SessionCalibration(pytest.approx(5 / 30), False, ZERO),
    )
    assert records.analyses.calibration(other) == ()
    head, first, *rest = records.exports.calibration_file(session_id, "csv").decode().splitlines()
    assert head == "t_s,in_use,kind,angle,azimuth_deg,offset_deg,slope,from_deg,to_deg,residual_deg"
    assert first == "0.0,true,goniometer,knee_flexion_l,88.0,-6.0,1.05,10.0,90.0,1.5"
    assert len(rest) == 2
    records.sessions.discard(session_id)
    assert records.analyses.calibration(session_id) == ()


def test_demo_calibrations_go_with_the_demo(records: Records) -> None:
    records.patients.add("P-DEMO", "Demo", demo=True)
    records.calibrations.add("P-DEMO", KNEE, READINGS)
    records.calibrations.add("P001", KNEE, READINGS)
    records.patients.delete_demo()
    records.patients.add("P-DEMO", "Demo", demo=True)
    assert records.calibrations.of("P-DEMO") == ()
    assert len(records.calibrations.of("P001")) == 1
