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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mutmut import __main__ as mutmut
from mutmut.mutation.data import MutantLineSpans
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.utils.format_utils import get_mutant_name

ROOT = Path(__file__).resolve().parent.parent
TREE = ROOT / "mutants"
SURVIVORS = ROOT / "build" / "mutants.txt"
TYPE_CHECK = ("mypy", "--no-warn-unused-ignores", "--output=json", "--config-file", ROOT / "pyproject.toml")
SURVIVED, NO_TESTS = 0, (5, 33)  # exit codes of a mutant's test run; every other one means that a test noticed it

_GUARD = re.compile(r",?\b(?:strict|encoding|dtype)=[^,()]*(?:\([^()]*\))?,?|setflags\(.*?\)")
_WORDS = re.compile(r"""f?("[^"]*"|'[^']*')|None""")


@dataclass
class Room:
    """The faults of one room: those refused by the type checker, harmless, and by how their tests ended."""

    made: int = 0
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


def plant(keep: bool) -> None:
    """Write the mutated tree."""
    if not keep:
        shutil.rmtree(TREE, ignore_errors=True)
    TREE.mkdir(exist_ok=True)
    mutmut.copy_src_dir()
    mutmut.copy_also_copy_files()
    mutmut.create_mutants(os.cpu_count() or 1)


def refused_by_types() -> set[str]:
    """The names of the mutants that the type checker refuses."""
    files = sorted(results())
    found = subprocess.run([*TYPE_CHECK, *files], cwd=TREE, capture_output=True, encoding="utf-8", check=False)
    wrong = [json.loads(line) for line in found.stdout.splitlines() if line.startswith("{")]
    refused = set()
    for file in files:
        lines = {one["line"] for one in wrong if one["file"] == file and one["severity"] == "error"}
        spans = MutantLineSpans.load(file)
        for function, span in spans.span_by_function_name.items() if spans else ():
            if lines.intersection(range(span.start, span.end + 1)):
                refused.add(get_mutant_name(Path(file), function))
    return refused


def results() -> dict[str, Mapping[str, int | None]]:
    """By source file: the mutants by name, with the exit code of their tests, None when they have not run."""
    found = {}
    for meta in sorted(TREE.rglob("*.meta")):
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        if codes:
            found[str(meta.relative_to(TREE)).removesuffix(".meta")] = codes
    return found


def drawn(names: list[str], files: Mapping[str, str], size: int, rooms: dict[str, Room]) -> Iterator[str]:
    """The first `size` of names that are not harmless (0: all); the harmless ones met are counted in their rooms."""
    count = 0
    for name in names:
        if harmless(get_diff_for_mutant(name, path=files[name])):
            rooms[room_of(name)].harmless += 1
            continue
        count += 1
        yield name
        if count == size:
            return


def table(rooms: Mapping[str, Room]) -> str:
    """The report, as Markdown."""
    lines = [
        "| room | faults made | stopped by types | tried | noticed | survived | no test | score | 95 % interval |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    every = Room(noticed=sum(room.noticed for room in rooms.values()))
    for room in rooms.values():
        every.made, every.refused = every.made + room.made, every.refused + room.refused
        every.survived += room.survived
        every.untested += room.untested
    for name, room in [*rooms.items(), ("all", every)]:
        low, high = interval_pct(room.noticed, room.tried)
        score = 100 * room.noticed / room.tried if room.tried else math.nan
        cells = (room.made, room.refused, room.tried, room.noticed, len(room.survived), len(room.untested))
        lines.append(f"| {name} | " + " | ".join(map(str, cells)) + f" | {score:.0f} % | {low:.0f}–{high:.0f} % |")
    return "\n".join(lines)


def main() -> None:
    """Plant, draw, run, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=0, help="how many faults to try, drawn at random (0: all)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rooms", nargs="*", default=[], help="only these (default: all that are configured)")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1, help="processes at once")
    parser.add_argument("--keep", action="store_true", help="do not plant files anew that did not change")
    asked = parser.parse_args()
    os.chdir(ROOT)
    here = Path(sys.executable).parent  # not resolved: the virtual environment's own
    os.environ["PATH"] = f"{here}{os.pathsep}{os.environ['PATH']}"
    plant(asked.keep)
    refused = refused_by_types()
    files = {name: file for file, codes in results().items() for name in codes}
    rooms: dict[str, Room] = {}
    for name in files:
        if not asked.rooms or room_of(name) in asked.rooms:
            room = rooms.setdefault(room_of(name), Room())
            room.made += 1
            room.refused += name in refused
    names = sorted(name for name in files if room_of(name) in rooms and name not in refused)
    random.Random(asked.seed).shuffle(names)
    chosen = list(drawn(names, files, asked.sample, rooms))
    print(f"{len(files)} faults, {len(refused)} refused by the type checker, {len(chosen)} to try", flush=True)
    subprocess.run([here / "mutmut", "run", "--max-children", str(asked.children), *chosen], check=True)
    survivors = []
    codes = {name: code for found in results().values() for name, code in found.items()}
    for name in sorted(chosen):
        room, code = rooms[room_of(name)], codes[name]
        if code == SURVIVED:
            room.survived.append(name)
            survivors.append(f"{name}\n{get_diff_for_mutant(name, path=files[name])}\n")
        elif code in NO_TESTS:
            room.untested.append(name)
        else:
            room.noticed += 1
    SURVIVORS.parent.mkdir(exist_ok=True)
    SURVIVORS.write_text("\n".join(survivors), encoding="utf-8")
    print(table(rooms))


if __name__ == "__main__":
    main()
