"""How many planted faults the unit tests notice: mutation testing of the rooms that measure and judge.

    python -m tools.mutants [--sample N] [--seed S] [--rooms affect exercise …]

mutmut plants the faults (its settings stand in pyproject.toml) and runs, for each, the tests that cover the function.
Not counted are faults that the type checker refuses, because `make lint` stops those before any test runs, and faults
that change nothing a test may ask for (see `harmless`). Prints a table for docs/mutation.md and writes the faults that
survived to build/mutants.txt.
"""

import argparse
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation.data import MutantLineSpans
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.utils.format_utils import get_mutant_name
from mutmut.workers.isolation import ForkRunner

ROOT = Path(__file__).resolve().parent.parent
TREE = ROOT / "mutants"
ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "affect": (("affect/*.py",), ("affect",)),
    "exercise": (("exercise/*.py",), ("exercise",)),
    "kinematics": (("kinematics/*.py",), ("kinematics", "test_analyse.py")),
    "perception": (
        ("perception/identity.py", "perception/plausibility.py"),
        tuple(
            f"perception/test_{name}.py"
            for name in ("identity", "identity_edges", "plausibility", "plausibility_edges")
        ),
    ),
    "scoring": (("scoring/*.py",), ("scoring",)),
}
"""The rooms: their files, under physio, and the tests that are to notice a fault in them, under tests/unit."""
NO_NETWORKS = ("-m", "not models and not media and not browser")
SURVIVORS = ROOT / "build" / "mutants.txt"
TYPE_CHECK = ("mypy", "--no-warn-unused-ignores", "--output=json", "--config-file", ROOT / "pyproject.toml")
OVERDRAWN = 4
"""So many times as many are drawn as are to be tried, because half of them do not type-check."""
SURVIVED, NO_TESTS = 0, (5, 33)  # exit codes of a mutant's test run; every other one means that a test noticed it
TIMED_OUT = (-24, 24, 36, 152, 255)
"""Those of tests that took many times as long as without the fault: a wait that never ended, or a busy machine."""

_GUARD = re.compile(r",?\b(?:strict|encoding|dtype)=[^,()]*(?:\([^()]*\))?,?|setflags\(.*?\)")
_WORDS = re.compile(r"""f?("[^"]*"|'[^']*')|None""")


@dataclass
class Room:
    """The faults of one room that were drawn: those refused by the type checker, harmless, and by how their tests
    ended."""

    drawn: int = 0
    refused: int = 0
    harmless: int = 0
    noticed: int = 0
    survived: list[str] = field(default_factory=list)
    untested: list[str] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """Faults that tests were to notice."""
        return self.noticed + len(self.survived) + len(self.untested)


def room_of(name: str) -> str:
    """The room of a mutant: physio.affect.pain.x_pspi__mutmut_1 is of "affect"."""
    return name.split(".")[1]


def harmless(diff: str) -> bool:
    """Whether a mutant's unified diff changes only what no test may ask for: the guards strict=, encoding=, dtype= and
    setflags (they speak up when something else is wrong), or the words of a programmer's error and of a log line."""
    gone, come = (
        "".join(line[1:].replace(" ", "") for line in diff.splitlines()[3:] if line[:1] == sign) for sign in "-+"
    )
    rules = [_GUARD]
    if gone.startswith(("raiseValueError", "raiseRuntimeError", "logger.", "log.")):
        rules.append(_WORDS)
    return any(rule.sub("", gone).replace(",)", ")") == rule.sub("", come).replace(",)", ")") for rule in rules)


def interval_pct(hits: int, tries: int) -> tuple[float, float]:
    """The 95 % interval (Wilson 1927) of a share, in per cent; NaN without a try."""
    if not tries:
        return math.nan, math.nan
    z, share = 1.96, hits / tries
    middle = (share + z * z / (2 * tries)) / (1 + z * z / tries)
    half = z / (1 + z * z / tries) * math.sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    return 100 * (middle - half), 100 * (middle + half)


def plant(rooms: Iterable[str]) -> None:
    """Write the mutated tree, and say which tests belong to it."""
    config().only_mutate = [f"physio/{file}" for room in rooms for file in ROOMS[room][0]]
    tests = [f"tests/unit/{test}" for room in rooms for test in ROOMS[room][1]]
    config().pytest_add_cli_args_test_selection = [*tests, *NO_NETWORKS]
    shutil.rmtree(TREE, ignore_errors=True)
    TREE.mkdir()
    mutmut.copy_src_dir()
    mutmut.copy_also_copy_files()
    mutmut.create_mutants(os.cpu_count() or 1)


def refused_by_types(names: Iterable[str], files: Mapping[str, str]) -> set[str]:
    """Those of the mutants that the type checker refuses; files: where each stands. The others are blanked out in a
    copy of the tree, because checking all of them takes minutes."""
    asked, checked = set(names), ROOT / "build" / "mutants"
    shutil.rmtree(checked, ignore_errors=True)
    shutil.copytree(TREE / "physio", checked / "physio")
    found: dict[tuple[str, int], str] = {}
    for file in sorted({files[name] for name in asked}):
        lines = (TREE / file).read_text(encoding="utf-8").split("\n")
        spans = MutantLineSpans.load(file)
        assert spans is not None
        for function, span in spans.span_by_function_name.items():
            name, first = get_mutant_name(Path(file), function), span.start
            if name in asked:
                found |= {(file, number): name for number in range(span.start, span.end + 1)}
            elif not function.endswith("_orig"):
                while lines[first - 2].lstrip().startswith("@"):
                    first -= 1
                lines[first - 1 : span.end] = [""] * (span.end - first + 1)
        (checked / file).write_text("\n".join(lines), encoding="utf-8")
    run = subprocess.run(
        [*TYPE_CHECK, *sorted({files[name] for name in asked})],
        cwd=checked,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    errors = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    return {found[place] for one in errors if (place := (one["file"], one["line"])) in found}


def results() -> dict[str, Mapping[str, int | None]]:
    """By source file: the mutants by name, with the exit code of their tests, None when they have not run."""
    found = {}
    for meta in sorted(TREE.rglob("*.meta")):
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        if codes:
            found[str(meta.relative_to(TREE)).removesuffix(".meta")] = codes
    return found


def to_try(names: list[str], files: Mapping[str, str], size: int, rooms: dict[str, Room]) -> Iterator[str]:
    """The first `size` of the names (0: all) that the type checker lets pass and that are not harmless."""
    looked_at = names[: OVERDRAWN * size] if size else names
    refused, count = refused_by_types(looked_at, files), 0
    for name in looked_at:
        room = rooms.setdefault(room_of(name), Room())
        room.drawn += 1
        if name in refused:
            room.refused += 1
        elif harmless(get_diff_for_mutant(name, path=files[name])):
            room.harmless += 1
        else:
            yield name
            count += 1
            if count == size:
                return


def table(rooms: Mapping[str, Room]) -> str:
    """The report, as Markdown."""
    lines = [
        "| room | drawn | stopped by types | harmless | tried | noticed | survived | no test | score | 95 % interval |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    every = Room(noticed=sum(room.noticed for room in rooms.values()))
    for room in rooms.values():
        every.drawn += room.drawn
        every.refused += room.refused
        every.harmless += room.harmless
        every.survived += room.survived
        every.untested += room.untested
    for name, room in [*rooms.items(), ("all", every)]:
        low, high = interval_pct(room.noticed, room.tried)
        score = 100 * room.noticed / room.tried if room.tried else math.nan
        cells = (name, room.drawn, room.refused, room.harmless, room.tried)
        ended = (room.noticed, len(room.survived), len(room.untested), f"{score:.0f} %", f"{low:.0f}–{high:.0f} %")
        lines.append("| " + " | ".join(map(str, (*cells, *ended))) + " |")
    return "\n".join(lines)


def sort_out(tried: Iterable[str], files: Mapping[str, str], rooms: Mapping[str, Room]) -> list[str]:
    """Put each mutant that was tried into its room by how its tests ended, and write down those that survived. Gives
    those that were noticed by the time limit alone."""
    codes = {name: code for found in results().values() for name, code in found.items()}
    survivors = []
    for name in sorted(tried):
        room = rooms[room_of(name)]
        if codes[name] == SURVIVED:
            room.survived.append(name)
            survivors.append(f"{name}\n{get_diff_for_mutant(name, path=files[name])}\n")
        elif codes[name] in NO_TESTS:
            room.untested.append(name)
        else:
            room.noticed += 1
    SURVIVORS.parent.mkdir(exist_ok=True)
    SURVIVORS.write_text("\n".join(survivors), encoding="utf-8")
    return [name for name in sorted(tried) if codes[name] in TIMED_OUT]


def main() -> None:
    """Plant, draw, run, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=0, help="how many faults to try, drawn at random (0: all)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rooms", nargs="*", choices=ROOMS, default=list(ROOMS), help="only these")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1, help="processes at once")
    asked = parser.parse_args()
    os.chdir(ROOT)
    here = Path(sys.executable).parent  # not resolved: the virtual environment's own
    os.environ["PATH"] = f"{here}{os.pathsep}{os.environ['PATH']}"
    plant(asked.rooms)
    files = {name: file for file, codes in results().items() for name in codes}
    names = sorted(files)
    random.Random(asked.seed).shuffle(names)
    rooms: dict[str, Room] = {}
    chosen = list(to_try(names, files, asked.sample, rooms))
    print(f"{len(names)} faults, {sum(room.drawn for room in rooms.values())} drawn, {len(chosen)} to try", flush=True)
    # The run that finds out which tests enter which function was clean just now, or this is not reached.
    ForkRunner.run_clean_tests = lambda *_, **__: 0
    mutmut._run(chosen, asked.children)
    timed_out = sort_out(chosen, files, rooms)
    print(table(rooms))
    print(f"noticed by the time limit alone: {', '.join(timed_out) or 'none'}")


if __name__ == "__main__":
    main()
