"""`python -m tests.synthetic`: make clips with known truth, and read landmarks from them."""

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run one sub-command."""
    parser = argparse.ArgumentParser(prog="python -m tests.synthetic", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser(
        "make", help="render random clips and their truth (needs requirements-dev-synthetic.txt)"
    )
    make.add_argument("--out", type=Path, required=True, help="folder for the clips")
    make.add_argument("--clips", type=int, required=True)
    make.add_argument("--seed", type=int, required=True, help="clip k has seed SEED * 100000 + k")
    make.add_argument("--exercise", default=None, help="only this movement, 'faces', or 'close' (default: a mixture)")
    make.add_argument("--seconds", type=float, default=7.0)
    make.add_argument("--fps", type=float, default=0.0, help="frame rate (default: drawn, mostly 15)")
    read = commands.add_parser("landmarks", help="run MediaPipe over clips (needs the app's environment and models)")
    read.add_argument("--in", dest="folder", type=Path, required=True)
    read.add_argument("--out", type=Path, required=True)
    read.add_argument("--models", type=Path, default=Path("models"))
    demo = commands.add_parser("demo", help="render the clips of data/demo")
    demo.add_argument("--out", type=Path, default=Path("data/demo"))
    demo.add_argument("--only", default=None)
    faces = commands.add_parser("face-set", help="render heads for fitting facial action units, with their truth")
    faces.add_argument("--out", type=Path, required=True, help="folder for one NPZ file a person")
    faces.add_argument("--people", type=int, required=True)
    faces.add_argument("--seed", type=int, required=True, help="person k has seed SEED * 100000 + k")
    faces.add_argument("--stills", type=int, default=40, help="single pictures of each person")
    faces.add_argument("--seconds", type=float, default=24.0, help="length of each person's sequences")
    faces.add_argument("--workers", type=int, default=2)
    seen = commands.add_parser("face-landmarks", help="run the face network over a face set (needs the app's models)")
    seen.add_argument("--in", dest="folder", type=Path, required=True)
    seen.add_argument("--out", type=Path, required=True)
    seen.add_argument("--models", type=Path, default=Path("models"))
    seen.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args(arguments)
    return _COMMANDS[chosen.command](chosen)


def _make(a: argparse.Namespace) -> int:
    from tests.synthetic.dataset import make_clips

    return make_clips(a.out, a.clips, a.seed, a.exercise, a.seconds, a.fps)


def _landmarks(a: argparse.Namespace) -> int:
    from tests.synthetic.landmarks import collect

    return collect(a.folder, a.out, a.models)


def _demo(a: argparse.Namespace) -> int:
    from tests.synthetic.demo import make_demo

    return make_demo(a.out, a.only)


def _face_set(a: argparse.Namespace) -> int:
    from tests.synthetic.face_set import make_face_set

    return make_face_set(a.out, a.people, a.seed, a.stills, a.seconds, a.workers)


def _face_landmarks(a: argparse.Namespace) -> int:
    from tests.synthetic.face_reading import read_face_set

    return read_face_set(a.folder, a.out, a.models, a.workers)


_COMMANDS = {
    "make": _make,
    "landmarks": _landmarks,
    "demo": _demo,
    "face-set": _face_set,
    "face-landmarks": _face_landmarks,
}

if __name__ == "__main__":
    sys.exit(main())
