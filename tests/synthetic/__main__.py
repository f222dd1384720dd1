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


_COMMANDS = {"make": _make, "landmarks": _landmarks, "demo": _demo}

if __name__ == "__main__":
    sys.exit(main())
