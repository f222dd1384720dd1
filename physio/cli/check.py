"""python -m physio check."""

import math
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from physio import __version__
from physio.cli.chosen import check_writable
from physio.cli.progress import ProgressBar
from physio.cli.report import Json
from physio.cli.score import STDOUT, write_json
from physio.cli.terminal import note
from physio.config import Settings
from physio.errors import PhysioError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.networks.assets import ModelPaths, ensure_models
from physio.scoring.scorer import Scorer, ThisComputer
from physio.selfcheck.check import ClipResult, Measured, Verdict, compare, judge, judge_all, passed
from physio.selfcheck.truth import EXPECTED_FILE, Truth, read_expected, read_truth

_PASS, _FAIL, _WARNING = "pass", "FAIL", "SLOW"
_HEAD = f"{'clip':<32}{'angle error°':>13}{'all angles°':>14}{'refused %':>12}{'reps':>7}{'true':>6}{'frames/s':>10}"
_DIGITS = {"angle error": 1, "error of all angles": 1, "refused": 0, "repetitions": 0, "PSPI correlation": 2}


def run(arguments: Namespace) -> int:
    """Score clips whose truth is known, print measured against true; 0 when everything passed, 1 otherwise."""
    if arguments.json not in (None, STDOUT):
        check_writable(Path(arguments.json))
    folder = arguments.clips
    expected = read_expected(folder / EXPECTED_FILE)
    videos = [folder / clip for clip in expected]
    truths = [_truth_beside(video) for video in videos]
    models = ensure_models(Settings.load().models_dir, note)
    results = list(measure(videos, truths, models))
    overall = judge_all(results, expected)
    verdicts = [judge(result, expected[result.clip]) for result in results]
    good = passed(overall) and all(passed(one) for one in verdicts)
    if arguments.json is not None:
        write_json(_report(results, verdicts, overall, good), arguments.json)
    if arguments.json != STDOUT:
        print(_text(results, verdicts, overall, good))
    return 0 if good else 1


def _truth_beside(video: Path) -> Truth:
    if not video.is_file():
        raise PhysioError("selfcheck.clip_missing", path=str(video))
    return read_truth(video.with_suffix(".json"))


def measure(videos: Sequence[Path], truths: Sequence[Truth], models: ModelPaths) -> Iterator[ClipResult]:
    """Score each video as `score` does, one at a time so that its speed is known, and hold it against its truth."""
    with Scorer(models, ThisComputer(1)) as scorer:
        tickets = [scorer.submit(video, _assignment(truth)) for video, truth in zip(videos, truths, strict=True)]
        with ProgressBar(tickets) as bar:
            for ticket, truth in zip(tickets, truths, strict=True):
                scored = bar.wait(ticket)
                fps = ticket.progress.frames_per_s
                yield compare(truth, Measured(scored.rows.t_s, scored.columns, len(scored.rows.reps), fps))


def _assignment(truth: Truth) -> Assignment:
    exercise = load_exercise(truth.exercise_id)
    return Assignment(exercise, exercise.default_side if exercise.side_mode == "both" else truth.side)


def _text(
    results: Sequence[ClipResult], verdicts: Sequence[Sequence[Verdict]], overall: Sequence[Verdict], good: bool
) -> str:
    return "\n".join(_lines(results, verdicts, overall, good))


def _lines(
    results: Sequence[ClipResult], verdicts: Sequence[Sequence[Verdict]], overall: Sequence[Verdict], good: bool
) -> Iterator[str]:
    yield f"physio {__version__}: measured against true in {len(results)} rendered clips (in brackets: the limit)"
    yield ""
    yield _HEAD
    for result, judged in zip(results, verdicts, strict=True):
        angle, everything, refused = judged[:3]
        yield (
            f"{result.clip:<32}{_held(angle):>13}{_held(everything):>14}{_held(refused):>12}"
            f"{result.reps:>7}{result.true_reps:>6}{_number(result.fps, 0):>10}  {_word(judged)}"
        )
    yield ""
    for one in overall:
        digits = _DIGITS.get(one.name, 0)
        limit = f"({one.sense} {_number(one.limit, digits)})"
        yield f"{one.name:<20}{_number(one.value, digits):>8}  {limit:<18}{_word([one])}"
    yield ""
    yield _aims(results)
    yield "A limit is what this release reached on these clips, and a margin. Rendered clips are no proof for people."
    yield _verdict(verdicts, overall, good)


def _aims(results: Sequence[ClipResult]) -> str:
    reached = sum(result.angle_error_deg <= result.aim_deg for result in results)
    return (
        f"The aim of the project, an angle error of at most 4° (3.5° at the shoulder), is reached in {reached} of "
        f"{len(results)} clips."
    )


def _verdict(verdicts: Sequence[Sequence[Verdict]], overall: Sequence[Verdict], good: bool) -> str:
    slow = any(one.level == "warning" and not one.passed for one in overall)
    warning = " It is too slow for live sessions now: close other programs, or use recordings." if slow else ""
    if good:
        return f"PASS: this installation measures what it should.{warning}"
    return (
        "FAIL: this installation does not measure what it should. Delete the *.task files in the models folder, run "
        f"python -m physio models, and check again; then install again.{warning}"
    )


def _held(verdict: Verdict) -> str:
    """A figure with its limit, and a mark when it is beyond that."""
    digits = _DIGITS[verdict.name]
    mark = "" if verdict.passed else "!"
    return f"{mark}{_number(verdict.value, digits)} ({_number(verdict.limit, digits)})"


def _word(verdicts: Sequence[Verdict]) -> str:
    failed = [one for one in verdicts if not one.passed]
    if not failed:
        return _PASS
    return _FAIL if any(one.level == "result" for one in failed) else _WARNING


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "-"


def _report(
    results: Sequence[ClipResult], verdicts: Sequence[Sequence[Verdict]], overall: Sequence[Verdict], good: bool
) -> Json:
    """The JSON: version, passed, clips with their figures and checks, overall checks. Unknown is null."""
    return {
        "version": __version__,
        "passed": good,
        "clips": [
            {
                "clip": result.clip,
                "frames": result.frames,
                "reps": result.reps,
                "true_reps": result.true_reps,
                "frames_per_s": _rounded(result.fps),
                "passed": passed(judged),
                "checks": [_check(one) for one in judged],
            }
            for result, judged in zip(results, verdicts, strict=True)
        ],
        "overall": [_check(one) for one in overall],
    }


def _check(one: Verdict) -> Json:
    return {
        "name": one.name,
        "value": _rounded(one.value),
        one.sense.replace(" ", "_"): _rounded(one.limit),
        "passed": one.passed,
        "level": one.level,
    }


def _rounded(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None
