"""The structure of the code, held by reading its imports: nothing points upward, every library has one home."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from physio.kinematics.angles import BASES

ROOT = Path(__file__).resolve().parents[2]

# From the bottom up; rooms on one level do not import each other.
LEVELS: tuple[frozenset[str], ...] = tuple(
    frozenset(level.split())
    for level in (
        "config messages landmarks",
        "language",
        "types errors",
        "capture perception kinematics affect",
        "selfcheck",
        "metrics exercise",
        "summary feedback",
        "storage",
        "pipeline",
        "scoring live_snapshot",
        "live demo",
        "trends",
        "cli ui",
        "__main__ pages app",
    )
)
LEVEL = {room: height for height, rooms in enumerate(LEVELS) for room in rooms}
HOMES: dict[str, tuple[str, ...]] = {
    "mediapipe": ("perception",),
    "flatbuffers": ("perception",),
    "av": ("capture", "live"),
    "cv2": ("feedback", "perception"),
    "duckdb": ("storage",),
    "altair": ("trends",),
    "pandas": ("trends", "ui"),
    "streamlit": ("ui", "pages", "app"),
    "streamlit_webrtc": ("ui", "pages"),
    "scipy": ("kinematics",),
    "distributed": ("scoring",),
}
FILES = sorted([*(ROOT / "physio").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"])


def room(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "physio" and len(parts) > 1 else parts[0]


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield node.module or ""
            if node.module == "physio":
                yield from (f"physio.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_downward(file: Path) -> None:
    if file == ROOT / "physio" / "__init__.py":
        return
    here = room(file)
    assert here in LEVEL, f"{here} has no level: give it one"
    for name in imported(file):
        if name.startswith("physio."):
            there = name.split(".")[1]
            if there in LEVEL and there != here:
                assert LEVEL[there] < LEVEL[here], f"{file.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_each_library_stays_at_home(file: Path) -> None:
    for name in imported(file):
        library = name.split(".")[0]
        if library in HOMES:
            assert room(file) in HOMES[library], f"{file.relative_to(ROOT)} imports {library}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_exercise_is_named_in_code(file: Path) -> None:
    ids = {path.stem for path in (ROOT / "physio" / "exercise" / "library").glob("*.toml")} - BASES
    assert ids
    named = {
        node.value
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not named & ids
