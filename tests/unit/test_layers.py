"""The structure of the code, held by reading its imports: nothing points upward, every library has one home."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from physio.kinematics.angles import BASES

ROOT = Path(__file__).resolve().parents[2]

# From the bottom up; rooms on one level do not import each other.
LEVELS: tuple[frozenset[str], ...] = tuple(
    frozenset(level.split())
    for level in (
        "ahead config messages landmarks",
        "language",
        "types errors",
        "networks",
        "capture perception kinematics affect",
        "selfcheck terms",
        "metrics exercise face_figures",
        "summary feedback repetitions therapy",
        "doubts",
        "storage",
        "pipeline stills",
        "scoring",
        "live demo",
        "trends",
        "cli ui",
        "__main__ pages app",
    )
)
LEVEL = {room: height for height, rooms in enumerate(LEVELS) for room in rooms}
HOMES: dict[str, tuple[str, ...]] = {
    "mediapipe": ("networks", "perception"),
    "flatbuffers": ("networks",),
    "av": ("capture", "live"),
    "PIL": ("capture",),
    "cv2": ("feedback", "perception"),
    "duckdb": ("storage",),
    "altair": ("trends",),
    "pandas": ("trends", "ui"),
    "streamlit": ("ui", "pages", "app"),
    "streamlit_webrtc": ("ui", "pages"),
    "starlette": ("ui",),
    "scipy": ("kinematics",),
    "distributed": ("scoring",),
    "babel": ("language",),
}
FILES = sorted([*(ROOT / "physio").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"])


def room(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "physio" and len(parts) > 1 else parts[0]


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(file.read_text())))


def imported(file: Path) -> Iterator[str]:
    for node in nodes(file):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield node.module or ""
            if node.module == "physio":
                yield from (f"physio.{alias.name}" for alias in node.names)


def shown(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_every_file_was_found() -> None:
    assert len(FILES) > 100
    assert {"physio/types.py", "pages/review.py", "app.py"} <= {shown(file) for file in FILES}


def test_every_room_has_a_level_and_every_level_its_room() -> None:
    rooms = {room(file) for file in FILES} - {"__init__"}
    assert rooms == set(LEVEL)


def test_imports_point_downward() -> None:
    upward = []
    for file in FILES:
        here = room(file)
        theirs = {name.split(".")[1] for name in imported(file) if name.startswith("physio.")} & LEVEL.keys() - {here}
        upward += [f"{shown(file)} imports {there}" for there in sorted(theirs) if LEVEL[there] >= LEVEL[here]]
    assert not upward


def test_each_library_stays_at_home() -> None:
    used = {(name.split(".")[0], room(file), shown(file)) for file in FILES for name in imported(file)}
    assert sorted(f"{file} imports {name}" for name, at, file in used if at not in HOMES.get(name, (at,))) == []
    assert {name for name, _, _ in used} >= {"mediapipe", "duckdb", "streamlit"}


def test_no_exercise_is_named_in_code() -> None:
    ids = {path.stem for path in (ROOT / "physio" / "exercise" / "library").glob("*.toml")} - BASES
    assert len(ids) >= 5
    named = [
        f"{shown(file)}:{node.lineno} names {node.value}"
        for file in FILES
        for node in nodes(file)
        if isinstance(node, ast.Constant) and node.value in ids
    ]
    assert not named
