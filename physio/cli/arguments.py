"""What the command line understands, and its help."""

import argparse
from pathlib import Path

from physio import __version__
from physio.config import ROOT

DEFAULT_PATIENT = "UNASSIGNED"

_DESCRIPTION = """\
Measure therapy exercises in recorded videos: joint angles, repetitions, form, and what the face shows.
Everything is computed on this computer; no image is stored or sent anywhere.
Decision support for a qualified physiotherapist. Not a diagnosis."""

_PURPOSES = {
    "score": "count and grade the repetitions in videos",
    "rescore": "analyse stored sessions again with this version",
    "frames": "write one row per frame of a video to a table",
    "faces": "say what the face in still pictures shows",
    "check": "score clips with known truth and say whether this installation measures right",
    "exercises": "list the exercises that can be counted",
    "models": "prepare the model bundles, and say where they are",
}
_LIST = "\n".join(f"  {name:<10} {purpose}" for name, purpose in _PURPOSES.items())
_EPILOG = f"""\
commands:
{_LIST}

examples (an exercise is named by its ID in the list):
  python -m physio exercises                                   which exercises can be counted
  python -m physio score clip.mp4 --exercise ID                a readable summary, saved to the database
  python -m physio score *.mp4 --exercise ID --patient P001    several videos, saved for patient P001
  python -m physio score clip.mp4 --no-save --json -           the result as JSON, nothing saved
  python -m physio rescore --all                               all sessions analysed again by this version
  python -m physio check                                       whether this installation measures right
  python -m physio frames clip.mp4 --out clip.parquet          every angle of every frame, as a table
  python -m physio faces photos --json faces.json              what the face in each picture of a folder shows

environment:
  PHYSIO_DATA    folder of the database physio.duckdb (default: data in the project)
  PHYSIO_MODELS  folder of the model bundles, prepared on first use (default: models in the project)
  PHYSIO_DEBUG   set to 1 to see where an unexpected error came from

exit status: 0 done, 1 failed (the last line on stderr says why), 2 wrong use, 130 interrupted
The live application is started with: make run"""

_SCORE_EPILOG = f"""\
Videos may be mp4, mov, avi, webm or mkv; phone rotation and variable frame rates are honoured. Large frames are
scaled down to 1920 pixels, slow motion is thinned to about 60 frames a second.

Without --exercise angles, range of motion and face are measured, but no repetitions are counted.
Without --no-save each video becomes a session of the patient, who is created when there is none of that code
({DEFAULT_PATIENT} without --patient), and is measured with the patient's goniometer calibrations. Only one program can
use the database: stop the application first, or --no-save. A session has the date that the video's file says it was
recorded at, else the date of today.
A video that cannot be read does not stop the others: in the JSON its object is empty but for the reason under
"warnings", and the exit status is 1. A video without a person in it is no error.

The JSON is a list with one object per video, in the order given:
  video      path, duration_s, frames, width, height
  exercise   id, source, confidence
  view       azimuth_deg (0 = camera in front, 90 = on the person's left), label, valid
  quality    frames_processed, pose_pct, face_pct, unusable {{reason: per cent}}
  reps       index, side, start_s, peak_s, end_s, peak_deg, rom_deg, eccentric_s, hold_s, concentric_s, score (0-100),
             faults (id, value, limit, severity)
  rejected   start_s, end_s, reason
  rom        angle, min_deg, max_deg, valid, reason, error_deg (expected absolute error)
  pain       pspi_mean, pspi_p95, pspi_max (0-16, estimated from the face), frames_pct, reason,
             probability_p95 (0-1), reliable_pct (per cent of the frames with a usable face and a PSPI)
  states     neutral, engaged, mild_discomfort, pain, high_distress: per cent of the frames with a face
  face       engagement_mean (0-100), flashes (expressions of less than half a second), estimate (version)
  warnings   texts
Degrees: anatomical, neutral 0, flexion and abduction positive; seconds from the first frame; unknown is null."""

_RESCORE_EPILOG = """\
A session's body landmarks are stored, so its angles, repetitions and scores can be made anew without the video: a new
analysis beside the old one, by today's definition of the exercise. What was measured of the face is taken over. The new
analysis counts from then on: pages and trends show it. With --keep the old one goes on counting. Sessions that an
earlier version stored without the size of the frames cannot be analysed again; --all leaves them out and says so."""

_FRAMES_EPILOG = """\
Columns: t_s, then every measured value: angles in degrees (knee_flexion_l, trunk_flexion, …; neutral 0, flexion and
abduction positive, l and r are the person's own), signal, phase, rep_count and score of the exercise; of the face its
action units (au04, …), pspi, pain_probability, the probabilities of five states (p_neutral, …), engagement, facial
expression signal (expression_anger, …, valence, arousal), head, gaze, and expected errors (au04_error, …, pspi_error).
Unknown is empty (CSV) or null (Parquet). Every column and code is explained in docs/datatypes.md."""

_FACES_EPILOG = """\
Pictures may be JPEG, PNG, WebP, BMP or TIFF of any size, grey or in colour, with 8 or 16 bits; EXIF orientation is
honoured. Of a folder all pictures in it are read, sorted by name, not those in its folders. Of several faces in a
picture the largest is read. Nothing is stored.

A picture without a face is no error: found is false. One that cannot be read does not stop the others: its reason says
why, so does a line on stderr, and the exit status is 1.

The JSON is a list with one object per picture, in the order given; unknown is null:
  path, found, faces         how many faces were found
  size_px                    height of the face, forehead (below the hairline) to chin, in pixels of the file
  head                       yaw_deg (to the person's left +), pitch_deg (up +), roll_deg (to the person's right +)
  action_units               au01 ... au45, 0-5; action_unit_errors: the expected absolute error of each
  pspi, pspi_error           0-16, as in videos, but the person's own neutral face is not known, so the error is larger;
                             AU43 counts when the eyes are closed in the picture
  pain_probability           0-1
  expression                 anger, disgust, fear, happiness, sadness, surprise, neutral: probabilities
  valence, arousal           -1 to 1
  reliable, reason           whether the face could be read; why not, or that there are several faces
What a face shows is no proof of what somebody feels."""

_CHECK_EPILOG = """\
Takes a few minutes. The clips in data/demo are rendered, so what is true in them is known. Angle error: mean absolute
error of the angle that the exercise is about; refused: share of the frames in which it was not given. The limits are
what this release reached on the same clips, and a margin for other processors (physio/selfcheck/check.py says how large
and why): a failed check means that something on this computer is wrong. Fewer than 15 frames/s is a warning, not a
failure: live sessions will drop frames. Nothing is saved.

The JSON: version; passed; clips: clip, frames, reps, true_reps, frames_per_s, passed, checks; overall: checks. A check
is name, value, its limit (at_most, at_least or exactly), passed, level (result or warning). Unknown is null.

exit status: 0 everything passed, 1 something failed, or the check could not be made"""


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=28, width=100)


class UsageError(Exception):
    """An invalid argument."""


def parser() -> argparse.ArgumentParser:
    """The parser; `command` names the command, `wrong_use` ends the program with its usage and what was wrong."""
    top = argparse.ArgumentParser(
        prog="python -m physio",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=_Help,
    )
    top.add_argument("--version", action="version", version=f"physio {__version__}")
    commands = top.add_subparsers(
        dest="command", required=True, metavar="COMMAND", help="one of those below; with -h for more"
    )
    _add_score(_command(commands, "score", _SCORE_EPILOG))
    _add_rescore(_command(commands, "rescore", _RESCORE_EPILOG))
    _add_frames(_command(commands, "frames", _FRAMES_EPILOG))
    _add_faces(_command(commands, "faces", _FACES_EPILOG))
    _add_check(_command(commands, "check", _CHECK_EPILOG))
    _command(commands, "exercises")
    _command(commands, "models")
    return top


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, epilog: str | None = None
) -> argparse.ArgumentParser:
    purpose = f"{_PURPOSES[name][0].upper()}{_PURPOSES[name][1:]}."
    command = commands.add_parser(name, description=purpose, epilog=epilog, formatter_class=_Help)
    command.set_defaults(wrong_use=command.error)
    return command


def _add_score(score: argparse.ArgumentParser) -> None:
    score.add_argument("videos", nargs="+", metavar="VIDEO", help="one or several files")
    _add_exercise(score)
    score.add_argument(
        "--side", choices=("left", "right", "both"), help="the side that exercises (default: the exercise's usual one)"
    )
    score.add_argument("--patient", metavar="CODE", help=f"whose session it is (default: {DEFAULT_PATIENT})")
    score.add_argument(
        "--neutral-zero",
        action="store_true",
        help="zero trunk, hips, knees and ankles when the person first stands straight and still for 3 seconds",
    )
    score.add_argument("--no-face", action="store_true", help="do not analyse the face")
    _add_emotion(score)
    score.add_argument("--no-save", action="store_true", help="do not touch the database")
    where = score.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", type=_at_least_one, metavar="N", help="videos scored at the same time (default: one per processor)"
    )
    where.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="score on the workers of this Dask scheduler, which must see the videos under the same path "
        "(needs requirements-cluster.txt)",
    )
    score.add_argument("--json", metavar="FILE", help="write the result as JSON; - for standard output")


def _add_rescore(rescore: argparse.ArgumentParser) -> None:
    rescore.add_argument("sessions", nargs="*", metavar="SESSION", help="ids, as in the address of the review page")
    rescore.add_argument("--all", action="store_true", help="all sessions")
    rescore.add_argument("--keep", action="store_true", help="the old analysis goes on counting")


def _add_frames(frames: argparse.ArgumentParser) -> None:
    frames.add_argument("video", metavar="VIDEO", help="a file")
    frames.add_argument(
        "--out", required=True, type=_table_path, metavar="FILE", help="table to write, ending in .parquet or .csv"
    )
    _add_exercise(frames)
    _add_emotion(frames)


def _add_emotion(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--emotion",
        action="store_true",
        help="measure the facial expression signal too; with this you state that the person has consented to it. A "
        "session is only saved with it for a patient whose consent is recorded",
    )


def _add_faces(faces: argparse.ArgumentParser) -> None:
    faces.add_argument("pictures", nargs="+", metavar="PICTURE", help="one or several files or folders")
    faces.add_argument(
        "--jobs", type=_at_least_one, metavar="N", help="pictures read at the same time (default: one per processor)"
    )
    faces.add_argument("--json", metavar="FILE", help="write the result as JSON; - for standard output")


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument("--json", metavar="FILE", help="write the result as JSON as well; - for JSON alone, on stdout")
    check.add_argument(
        "--clips",
        type=Path,
        default=ROOT / "data" / "demo",
        metavar="FOLDER",
        help="clips with their truth and what is expected of them (default: data/demo of the project)",
    )


def _add_exercise(command: argparse.ArgumentParser) -> None:
    command.add_argument("--exercise", metavar="ID", help="what is exercised (see: python -m physio exercises)")


def _at_least_one(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return number


def _table_path(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in (".parquet", ".csv"):
        raise argparse.ArgumentTypeError(f"{text!r} must end in .parquet or .csv")
    return path
