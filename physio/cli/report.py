"""A scored video as the JSON object of the contract, and as text to read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from physio.cli.text import calibration_text
from physio.errors import PhysioError
from physio.exercise.definition import Exercise
from physio.language import english
from physio.metrics import REP_METRICS, SESSION_METRICS, Metric
from physio.scoring.result import ScoredVideo
from physio.storage.records import SessionCalibration
from physio.summary import Summary
from physio.types import RejectedRep, Rep

_TIME, _DEGREES, _PERCENT, _VALUE = 3, 1, 1, 2  # digits after the point

Json = dict[str, Any]


def report(scored: ScoredVideo) -> Json:
    """The JSON object of one video. What is unknown is null.

    - video: path, duration_s, frames (in the file), width, height (upright, in pixels)
    - exercise: id, source ("given"), confidence (null when given); all null when no exercise was given
    - view: azimuth_deg of the camera about the person (0 in front, 90 on the person's left), label, valid (whether the
      exercise's angles can be measured from there)
    - quality: frames_processed, pose_pct and face_pct of them, unusable: {reason: per cent of frames}
    - reps: index from 1, side, start_s, peak_s, end_s, peak_deg, rom_deg, eccentric_s, hold_s, concentric_s, score
      0-100, rom_error_deg (expected absolute error of the range, null when unknown), start_deg (the angle it began
      at), estimated (whether start_deg, peak_deg and rom_deg rest on an estimate or on refused frames),
      criteria_judged of criteria_total, faults: id, value, limit, severity
    - rejected: start_s, end_s, reason of movements that were seen but not counted
    - rom: per angle min_deg, max_deg, valid, reason (why not valid), error_deg (expected absolute error)
    - pain: the face's estimate, pspi_mean, pspi_p95, pspi_max (0-16), frames_pct that reach 1, probability_p95 (95th
      percentile of the probability that the face shows pain, 0-1), reliable_pct: per cent of the processed frames with
      a usable face and a PSPI; reason why pspi_* are not given, null when they are, or the face was not to be analysed
    - states: {facial state: per cent of the frames with a face}, empty when the face was usable too rarely to say
    - face: engagement_mean (0-100), flashes (expressions of less than half a second), estimate (version)
    - warnings: texts; what corrected the angles is among them
    """
    summary, info = scored.summary, scored.video
    measured = _measured(SESSION_METRICS, summary)
    return {
        "video": {
            "path": str(info.path),
            "duration_s": _number(info.duration_s, _TIME),
            "frames": info.frames,
            "width": info.width,
            "height": info.height,
        },
        "exercise": _exercise(scored.exercise),
        "view": {**measured["view"], "label": summary.view_label, "valid": summary.view_valid},
        "quality": {
            "frames_processed": summary.frames_processed,
            **measured["quality"],
            "unusable": _shares(summary.unusable),
        },
        "reps": [_rep(rep) for rep in scored.rows.reps],
        "rejected": [_rejected(one) for one in scored.rows.rejected],
        "rom": _rom(summary),
        "pain": {**measured["pain"], "reason": english(summary.pain_reason) if summary.pain_reason else None},
        "states": _shares(summary.states),
        "face": measured["face"],
        "warnings": [*map(english, scored.warnings), *_calibrated(scored.rows.calibration)],
    }


def failed_report(path: Path | str, exercise: Exercise | None, error: PhysioError) -> Json:
    """The object in place of a video that could not be scored: the same keys, unknown, the reason as a warning."""
    return {
        "video": {"path": str(path), "duration_s": None, "frames": None, "width": None, "height": None},
        "exercise": _exercise(exercise),
        "view": {**_unknown("view"), "label": None, "valid": False},
        "quality": {"frames_processed": 0, **_unknown("quality"), "unusable": {}},
        "reps": [],
        "rejected": [],
        "rom": [],
        "pain": {**_unknown("pain"), "reason": None},
        "states": {},
        "face": _unknown("face"),
        "warnings": [str(error)],
    }


def _number(value: float, digits: int) -> float | None:
    return round(float(value), digits) if abs(value) < float("inf") else None  # False for NaN


def _shares(shares: dict[str, float]) -> dict[str, float | None]:
    return {name: _number(pct, _PERCENT) for name, pct in shares.items()}


def _exercise(exercise: Exercise | None) -> Json:
    return {"id": exercise.id if exercise else None, "source": "given" if exercise else None, "confidence": None}


def _measured(metrics: Sequence[Metric], of: object) -> Json:
    """The numbers that METRICS gives a place in the report, rounded, in their groups."""
    found: Json = {}
    for metric in metrics:
        if metric.json and metric.value is not None:
            *groups, key = metric.json
            place = found
            for group in groups:
                place = place.setdefault(group, {})
            place[key] = _number(metric.value(of), metric.digits)
    return found


def _unknown(group: str) -> Json:
    """A group of the report in which nothing is known."""
    return {metric.json[-1]: None for metric in SESSION_METRICS if metric.json[:-1] == (group,)}


def _rep(rep: Rep) -> Json:
    return {
        "index": rep.index,
        "side": rep.side,
        **_measured(REP_METRICS, rep),
        "estimated": rep.estimated,
        "criteria_judged": rep.criteria_judged,
        "criteria_total": rep.criteria_total,
        "faults": [
            {
                "id": fault.id,
                "value": _number(fault.value, _VALUE),
                "limit": _number(fault.limit, _VALUE),
                "severity": fault.severity,
            }
            for fault in rep.faults
        ],
    }


def _rejected(one: RejectedRep) -> Json:
    return {"start_s": _number(one.start_s, _TIME), "end_s": _number(one.end_s, _TIME), "reason": english(one.reason)}


def _calibrated(changes: Sequence[SessionCalibration]) -> list[str]:
    """One text on what corrected the angles, none when nothing did."""
    return [f"angles were corrected by calibration: {calibration_text(changes)}"] if changes else []


def _rom(summary: Summary) -> list[Json]:
    return [
        {
            "angle": one.angle,
            "min_deg": _number(one.min_deg, _DEGREES),
            "max_deg": _number(one.max_deg, _DEGREES),
            "valid": one.valid,
            "reason": english(one.reason) if one.reason else None,
            "error_deg": _number(one.error_deg, _DEGREES),
        }
        for one in summary.rom
    ]
