"""What the documents say is held against the code."""

import re
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest

from physio.affect.action_units import ACTION_UNITS
from physio.cli.arguments import parser
from physio.cli.faces_report import still_report
from physio.cli.report import failed_report, report
from physio.config import ROOT
from physio.errors import VideoError
from physio.exercise.definition import load_exercise, read_exercise
from physio.kinematics.angles import ANGLES
from physio.language import english
from physio.messages import message
from physio.metrics import FRAME_METRICS, Metric
from physio.stills import Still
from physio.storage.store import Store
from physio.types import EndReason, FaceReason, FaceState, Fault, Phase, Reason, RejectedRep, Rep
from tests.browser.screenshots import PAGES, wanted
from tests.scored_examples import made_rows, made_scored

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DATATYPES = (ROOT / "docs" / "datatypes.md").read_text(encoding="utf-8")
ADDING = (ROOT / "docs" / "adding-an-exercise.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """From a heading to the next one of its level or above."""
    level = heading.split(" ")[0]
    after = text.split(f"\n{heading}\n")[1]
    return re.split(rf"\n#{{1,{len(level)}}} ", after)[0]


def quoted(text: str) -> set[str]:
    """What stands in backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def row(text: str, named: str) -> list[str]:
    """The cells after the first one of the table row whose first cell names it, in or without backticks."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    cells = next(cells for cells in rows if named == cells[0].strip() or named in quoted(cells[0]))
    return [cell.strip() for cell in cells[1:]]


# -- data types ------------------------------------------------------------------------------------------------------


def documented_as(metric: Metric) -> str:
    """The name of a metric in the tables; the errors of all angles and of all action units are documented together."""
    angles, units = ("|".join(one.name for one in table) for table in (ANGLES, ACTION_UNITS))
    name = re.sub(f"^({angles})_error$", "<angle>_error", metric.name)
    return re.sub(f"^({units})_error$", "<unit>_error", name)


def test_every_metric_is_documented() -> None:
    names = quoted(section(DATATYPES, "## Frame columns"))
    assert [metric.name for metric in FRAME_METRICS if documented_as(metric) not in names] == []
    assert len(FRAME_METRICS) > 40


def test_every_unit_is_as_documented() -> None:
    """The table of angles has its unit in the heading, the others a column."""
    angles = section(DATATYPES, "### Angles (°)")
    others = section(DATATYPES, "### View, exercise, face")
    for metric in FRAME_METRICS:
        if documented_as(metric) in quoted(angles):
            assert metric.unit == "°", metric.name
        else:
            assert row(others, documented_as(metric))[0] == (metric.unit.replace("-", "–") or "–"), metric.name


def test_no_column_is_documented_that_is_gone() -> None:
    known = {documented_as(metric) for metric in FRAME_METRICS}
    for heading in ("### Angles (°)", "### View, exercise, face"):
        rows = [line for line in section(DATATYPES, heading).splitlines() if line.startswith("| `")]
        assert len(rows) > 10
        gone = set().union(*(quoted(line.split("|")[1]) for line in rows)) - known
        assert not gone, heading


@pytest.mark.parametrize("codes", [Reason, FaceReason, Phase, FaceState], ids=lambda codes: codes.__name__)
def test_every_code_has_its_number(codes: type[IntEnum]) -> None:
    table = section(DATATYPES, "### Codes")
    header = [cell.strip() for cell in table.strip().splitlines()[0].strip("|").split("|")[1:]]
    cells = dict(zip(header, row(table, codes.__name__), strict=True))
    assert {number: cell.strip("`") for number, cell in cells.items() if cell} == {
        str(code.value): code.name for code in codes
    }


def keys(value: Any, within: str = "") -> Iterator[str]:
    """All keys of the report but those that are names of states and reasons."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if within not in ("states", "unusable"):
                yield key
            yield from keys(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner, within)


def test_every_json_key_is_documented() -> None:
    rep = Rep(1, "both", 0.5, 1.0, 2.0, 90, 85, 0.5, 0.2, 0.8, 70.0, (Fault("depth", 80, 90, "info"),))
    rejected = RejectedRep("both", 2.0, 3.0, message("rejected.recording_ended"))
    rows = made_rows(30, (rep,), (rejected,), reason=float(Reason.NO_PERSON))
    full = report(made_scored(rows, load_exercise("squat")))
    assert full["reps"][0]["faults"]
    assert full["rejected"]
    documented = quoted(section(DATATYPES, "## JSON of `python -m physio score --json`"))
    assert set(keys(full)) <= documented
    assert set(keys(failed_report("clip.mp4", None, VideoError("no")))) <= documented


def test_every_json_key_of_a_picture_is_documented() -> None:
    text = section(DATATYPES, "## JSON of `python -m physio faces --json`")
    found = still_report(Still(Path("a.jpg")))
    top = [quoted(line.split("|")[1]) for line in text.splitlines() if line.startswith("| `")]
    assert set().union(*top) == found.keys()
    named = {key for key in keys(found) if not re.fullmatch(r"au\d\d", key)}
    assert named <= quoted(text)


def test_every_table_and_column_is_documented() -> None:
    text = section(DATATYPES, "## Database")
    store = Store(":memory:")
    with store.reading() as cursor:  # the schema as it is, whatever the migrations say
        found = cursor.execute("select table_name, column_name from information_schema.columns").fetchall()
    store.close()
    metrics = {metric.name for metric in FRAME_METRICS}
    tables = {table for table, _ in found}
    assert len(tables) > 5
    assert tables == {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}
    for table in tables:
        documented = quoted(row(text, table)[0])
        columns = {column for other, column in found if other == table} - (metrics if table == "frame" else set())
        assert columns <= documented, table


def test_every_end_and_every_session_metric_is_documented() -> None:
    text = section(DATATYPES, "## Database")
    assert {reason.value for reason in EndReason} <= quoted(text)
    made = made_scored(made_rows(90, knee_flexion_l=20.0, pspi=1.0, face_reason=1.0, azimuth=3.0)).summary.metrics()
    patterns = (r"unusable_\w+_pct", r"state_\w+_pct", r"rom_(min|max|error)_\w+")
    plain = {name for name in made if not any(re.fullmatch(pattern, name) for pattern in patterns)}
    assert len(plain) > 5
    assert plain <= quoted(text)


# -- exercises -------------------------------------------------------------------------------------------------------


def test_the_walk_through_is_a_valid_exercise(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", ADDING, re.DOTALL)
    path = tmp_path / "hamstring_curl.toml"
    path.write_text(block, encoding="utf-8")
    exercise = read_exercise(path)
    assert len(exercise.criteria) == 3
    assert all(len(english(criterion.cue)) <= 60 for criterion in exercise.criteria)


def test_every_key_of_an_exercise_is_explained() -> None:
    """The keys are those that the definition's code asks for."""
    room = ROOT / "physio" / "exercise"
    source = "".join((room / name).read_text(encoding="utf-8") for name in ("definition.py", "parts.py"))
    asked = set(re.findall(r"\b(?:top|table)\.(?:text|sentence|choice|number|limit|tables?)\(\s*\"(\w+)\"", source))
    assert len(asked) > 25
    explained = quoted(ADDING) | {"signal", "repetition", "criteria"}
    assert asked <= explained


# -- README and the rest ---------------------------------------------------------------------------------------------


def test_links_lead_somewhere() -> None:
    links = [
        (path, target)
        for path in DOCUMENTS
        for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if not target.startswith("http")
    ]
    assert len(links) > 20
    assert [f"{path.name} points to {to}" for path, to in links if not (path.parent / to).exists()] == []


def test_the_pictures_are_those_that_are_taken() -> None:
    """`make screenshots` takes them; here only that the README asks for no other."""
    shown = re.findall(r"!\[[^\]]+\]\(docs/screenshots/([^)]+)\)", README)
    assert len(shown) >= len(PAGES)
    assert set(shown) <= {shot.name for shot in wanted(everything=False)}


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    asked = {
        target[0] or target[1]
        for document in DOCUMENTS
        for target in re.findall(r"`make (\w+)`|^make (\w+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {"run", "test", "bench"} <= asked
    assert {target for target in asked if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()


def test_the_command_lines_of_the_documents_are_understood() -> None:
    text = README + ADDING
    lines = re.findall(
        r"python -m physio ((?:check|exercises|score|frames|faces|models)[^`\n]*?)(?=\s{2,}|`|$)", text, re.MULTILINE
    )
    assert len(lines) >= 6
    for line in lines:
        parser().parse_args(line.split())


def test_every_room_is_in_the_architecture() -> None:
    names = quoted((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))
    places = [place for place in (ROOT / "physio").iterdir() if not place.name.startswith(("__", "py.typed"))]
    rooms = {f"physio/{place.name}/" if place.is_dir() else f"physio/{place.name}" for place in places}
    assert "physio/__main__.py" in names
    assert len(rooms) > 10
    assert rooms - names == set()


def test_the_architecture_names_nothing_that_is_gone() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    paths = {name for name in quoted(text) if re.fullmatch(r"(physio|tests|pages|models|tools)/[\w./]*", name)}
    assert len(paths) > 20
    assert {name for name in paths if not (ROOT / name).exists()} == set()
