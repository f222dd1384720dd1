"""A scored video as text to read in a terminal."""

import math
from collections.abc import Iterable, Iterator

from physio.affect.pain import pain_message
from physio.exercise.definition import Exercise
from physio.kinematics.angles import ANGLE_INDEX, angles_of
from physio.language import english
from physio.metrics import LABELS
from physio.scoring.result import ScoredVideo
from physio.storage.records import SessionCalibration
from physio.summary import Summary
from physio.types import RejectedRep, Rep, Side

_REPS_HEAD = (
    "   #  side     start    peak     end   peak°  range°       ±  ecc. s  hold s  con. s  score  judged  faults"
)


def summary_text(scored: ScoredVideo) -> str:
    """Several lines, without a newline at the end."""
    return "\n".join(_lines(scored))


def _lines(scored: ScoredVideo) -> Iterator[str]:
    info, summary = scored.video, scored.summary
    yield f"{info.path}  {info.duration_s:.1f} s, {info.frames} frames, {info.width}×{info.height}"
    if scored.exercise:
        yield _line("exercise", f"{scored.exercise.id}{_side(scored.side)}")
    yield _line("view", _view(scored.exercise, summary))
    body = f"person in {summary.pose_pct:.0f} % of the frames" if scored.assignment.body else "body not analysed"
    face = f"face in {summary.face_pct:.0f} %" if scored.assignment.face else "face not analysed"
    yield _line("seen", f"{body}, {face}")
    if summary.unusable:
        yield _line("not usable", _list(summary.unusable))
    if scored.rows.calibration:
        yield _line("calibrated", calibration_text(scored.rows.calibration))
    if scored.exercise:
        yield from _repetitions(scored.rows.reps, scored.rows.rejected)
    yield from _ranges(scored)
    if scored.assignment.face:
        yield _line("pain (face)", _pain(summary))
    if summary.states:
        yield _line("face", _list(summary.states))
    for warning in scored.warnings:
        yield _line("warning", english(warning))


def _line(name: str, text: str) -> str:
    return f"  {name:<12} {text}"


def calibration_text(changes: Iterable[SessionCalibration]) -> str:
    """What each line does to which angle, of what kind it is, and from or until when."""
    return ", ".join(_calibrated(change) for change in changes)


def _calibrated(change: SessionCalibration) -> str:
    line, when = change.line, "from" if change.in_use else "until"
    slope = "" if line.slope == 1 else f" × {line.slope:.2f}"
    return f"{line.angle}{slope} {line.offset_deg:+.1f}° ({line.kind}, {when} {change.t_s:.1f} s)"


def _side(side: Side | None) -> str:
    return f", {side} side{'s' if side == 'both' else ''}" if side else ""


def _view(exercise: Exercise | None, summary: Summary) -> str:
    where = "" if math.isnan(summary.azimuth_deg) else f" ({summary.azimuth_deg:.0f}°)"
    suits = "" if exercise is None else ", suits the exercise" if summary.view_valid else ", does not suit the exercise"
    return f"{summary.view_label}{where}{suits}"


def _list(shares: dict[str, float]) -> str:
    largest_first = sorted(shares.items(), key=lambda item: -item[1])
    texts = [f"{name.replace('_', ' ')} {pct:.0f} %" for name, pct in largest_first if pct >= 0.5]
    return ", ".join(texts) or "less than 1 %"


def _pain(summary: Summary) -> str:
    if summary.pain_reason is not None:
        return english(summary.pain_reason)
    return (
        f"estimate, PSPI 0-16: {summary.pspi_p95:.1f}, {english(pain_message(summary.pspi_p95, 'session'))}; "
        f"mean {summary.pspi_mean:.1f}, highest {summary.pspi_max:.1f}, "
        f"1 or more in {summary.pain_frames_pct:.0f} % of the frames"
    )


def _repetitions(reps: tuple[Rep, ...], rejected: tuple[RejectedRep, ...]) -> Iterator[str]:
    scores = [rep.score for rep in reps if math.isfinite(rep.score)]
    mean = f", form score {sum(scores) / len(scores):.0f} on average" if scores else ""
    yield _line("repetitions", f"{len(reps)}{mean}")
    if reps:
        yield _REPS_HEAD
    for rep in reps:
        faults = ", ".join(fault.id.replace("_", " ") for fault in rep.faults)
        yield (
            f"  {rep.index:>2}  {rep.side:<6}{rep.start_s:>8.1f}{rep.peak_s:>8.1f}{rep.end_s:>8.1f}"
            f"{_degrees(rep, rep.peak_deg):>8}{_degrees(rep, rep.rom_deg):>8}{_known(rep.rom_error_deg):>8}"
            f"{rep.eccentric_s:>8.1f}{rep.hold_s:>8.1f}{rep.concentric_s:>8.1f}"
            f"{_known(rep.score):>7}{_judged(rep):>8}  {faults}"
        ).rstrip()
    for one in rejected:
        yield _line("not counted", f"{one.start_s:.1f}-{one.end_s:.1f} s: {english(one.reason)}")


def _ranges(scored: ScoredVideo) -> Iterator[str]:
    """How far the exercise's angle went on the sides that worked, or why that is not known; without an exercise every
    angle that is known."""
    exercise, sides = scored.exercise, {rep.side for rep in scored.rows.reps} or {scored.side or "both"}
    own = {name for side in sides for name in angles_of(exercise.signal.angle, side)} if exercise else set()
    for rom in scored.summary.rom:
        label = english(LABELS[rom.angle])
        if rom.valid and rom.angle in (own or ANGLE_INDEX):
            sure = f" ± {rom.error_deg:.0f}°" if math.isfinite(rom.error_deg) else ""
            yield _line("range", f"{label}: {rom.min_deg:.0f}° to {rom.max_deg:.0f}°{sure}")
        elif rom.angle in own and rom.reason:
            yield _line("range", f"{label}: not measured ({english(rom.reason)})")


def _degrees(rep: Rep, degrees: float) -> str:
    """With ≈ where they are an estimate."""
    return f"{'≈' if rep.estimated else ''}{degrees:.0f}"


def _known(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "-"


def _judged(rep: Rep) -> str:
    return f"{rep.criteria_judged}/{rep.criteria_total}" if rep.criteria_total else "-"
