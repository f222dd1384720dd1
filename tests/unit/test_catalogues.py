"""The catalogues against each other and against the source: every code that is used has a sentence in every language,
with the placeholders that it is given, and nothing else is in them."""

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.pofile import read_po

from physio.affect.action_units import ACTION_UNITS
from physio.config import ROOT
from physio.errors import PhysioError
from physio.exercise.definition import library
from physio.kinematics.angles import BASE_LABELS
from physio.kinematics.standing import Stance
from physio.language import DEFAULT, LOCALES, language, languages
from physio.messages import OWN_TEXT, Message
from physio.metrics import METRICS
from physio.terms import term
from physio.types import EndReason, FaceReason, FaceState, Reason

SOURCES = sorted([*(ROOT / "physio").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"])
CODE = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
SAY = {"message", "Message", "say"}
NEVER_WRITTEN_OUT = {"view"}
"""Families whose codes are only put together; strings that look like theirs are names of something else."""
SAME_WORDS = """
    ui.app ui.patient_listed ui.of ui.plus_minus ui.with_error ui.group_patient ui.patient ui_live.of_100 ui_live.start
    ui_live.person ui_live.fault ui_calibration.goniometer ui_calibration.since ui_review.live ui_review.column_error
    ui_review.download ui_review.minimum ui_review.maximum ui_review.sd_points ui_review.sd_degrees ui_upload.videos
    ui_patients.name ui_about.versions side_letter.both pain.minimal event.patient trends.source_live trends.pspi
    storage.field_name trends.pain_axis trends.reported_axis trends.n trends.exercise_listed trends.side_change
    ui_review.column_tempo facial_expression.neutral face_state.neutral
"""
SAME_IN_GERMAN = set(SAME_WORDS.split())


class Entry(NamedTuple):
    """A code in a file: its sentences, one per plural form."""

    file: str
    code: str
    sentences: tuple[str, ...]

    @property
    def placeholders(self) -> set[str]:
        return {name for one in self.sentences for _, name, _, _ in string.Formatter().parse(one) if name}


@cache
def catalogue(code: str) -> tuple[Entry, ...]:
    found = []
    for file in sorted((LOCALES / code).glob("*.po")):
        with file.open("rb") as content:
            for entry in read_po(content, locale=code, abort_invalid=True):
                if entry.id:
                    one = entry.id if isinstance(entry.id, str) else entry.id[0]
                    said = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
                    found.append(Entry(file.stem, one, said))
    return tuple(found)


@cache
def english() -> dict[str, Entry]:
    return {entry.code: entry for entry in catalogue(DEFAULT)}


def families() -> set[str]:
    return {code.partition(".")[0] for code in english()}


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def literals() -> Iterator[tuple[str, str]]:
    """Every whole string in the source and where it stands."""
    for file in SOURCES:
        parts = {part for node in nodes(file) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in nodes(file):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
                yield node.value, f"{file.relative_to(ROOT)}:{node.lineno}"


def patterns() -> Iterator[tuple[str, str]]:
    """Every f-string that makes a code, as a regular expression, and where it stands."""
    for file in SOURCES:
        for node in nodes(file):
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in node.values]
                head = node.values[0].value if node.values and isinstance(node.values[0], ast.Constant) else ""
                if isinstance(head, str) and re.match(r"[a-z_]+\.", head) and head.partition(".")[0] in families():
                    yield "".join(parts), f"{file.relative_to(ROOT)}:{node.lineno}"


def calls() -> Iterator[tuple[str, set[str], str]]:
    """Calls with a code as a literal: the code, the names of its parameters (only of calls without **), the place."""
    for file in SOURCES:
        for node in nodes(file):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                said = node.args[0].value
                wanted = name in SAY or name.endswith("Error")
                if wanted and isinstance(said, str) and CODE.fullmatch(said) and all(k.arg for k in node.keywords):
                    yield said, {str(k.arg) for k in node.keywords}, f"{file.relative_to(ROOT)}:{node.lineno}"


def messages_of(one: Message) -> Iterator[str]:
    yield one.code
    for value in one.params.values():
        if isinstance(value, Message):
            yield from messages_of(value)


def made_by_tables() -> set[str]:
    """The codes of METRICS, of the angles, of the exercises' texts and of the words for enumerations."""
    tables = [*(metric.label for metric in METRICS), *BASE_LABELS.values()]
    for exercise in library():
        tables += [exercise.name, exercise.instruction]
        tables += [text for criterion in exercise.judged for text in (criterion.label, criterion.cue)]
    tables += [term(one) for of in (Reason, FaceReason) for one in of if one]
    tables += [term(one) for of in (FaceState, EndReason, Stance) for one in of]
    return {code for one in tables for code in messages_of(one)} - {OWN_TEXT}


def used() -> set[str]:
    """Every code that the source or a table makes."""
    found = {text for text, _ in literals()} & english().keys()
    found |= {code for pattern, _ in patterns() for code in english() if re.fullmatch(pattern, code)}
    return found | made_by_tables()


def test_there_is_something_to_test() -> None:
    assert {"en", "de"} <= set(languages())
    assert len(english()) > 300
    assert len(list(calls())) > 150
    assert len(ACTION_UNITS) < len(made_by_tables())


@pytest.mark.parametrize("code", languages())
def test_headers_are_right(code: str) -> None:
    for file in sorted((LOCALES / code).glob("*.po")):
        with file.open("rb") as content:
            found = read_po(content, abort_invalid=True)
        assert str(found.locale) == code, file
        assert (found.charset or "").upper() == "UTF-8", file
        assert found.num_plurals == len(language(code).locale.plural_form.tags | {"other"}), file


@pytest.mark.parametrize("code", languages())
def test_every_code_stands_in_one_file_and_its_family_too(code: str) -> None:
    assert [one for one, count in Counter(entry.code for entry in catalogue(code)).items() if count > 1] == []
    homes = {(entry.code.partition(".")[0], entry.file) for entry in catalogue(code)}
    assert [family for family, count in Counter(family for family, _ in homes).items() if count > 1] == []


@pytest.mark.parametrize("code", languages())
def test_every_language_has_every_code_with_every_placeholder_in_the_same_file(code: str) -> None:
    theirs = {entry.code: entry for entry in catalogue(code)}
    assert sorted(theirs.keys() ^ english().keys()) == []
    for entry in catalogue(DEFAULT):
        other = theirs[entry.code]
        assert other.placeholders == entry.placeholders, f"{code}: {entry.code}"
        assert other.file == entry.file, f"{code}: {entry.code}"
        assert (len(other.sentences) > 1) == (len(entry.sentences) > 1), f"{code}: {entry.code} has plural forms"


@pytest.mark.parametrize("code", languages())
def test_sentences_are_written_with_care(code: str) -> None:
    forms = len(language(code).locale.plural_form.tags | {"other"})
    for entry in catalogue(code):
        assert len(entry.sentences) in (1, forms), entry
        for one in entry.sentences:
            assert one.strip() == one, entry
            assert "  " not in one, entry
            assert "!" not in one, entry
            assert one or entry.code in SAME_IN_GERMAN, entry


def test_german_is_not_english() -> None:
    theirs = {entry.code: entry.sentences for entry in catalogue("de")}
    same = {code for code, entry in english().items() if theirs.get(code) == entry.sentences and has_words(entry)}
    assert sorted(same - SAME_IN_GERMAN) == []


def has_words(entry: Entry) -> bool:
    """Whether there is anything to translate beside numbers, units and placeholders."""
    return any(re.search(r"[A-Za-z]{2,}", re.sub(r"{[^}]*}|PSPI|AU\d+", "", one)) for one in entry.sentences)


def test_every_code_in_the_source_has_a_sentence() -> None:
    missing = [
        f"{place}: {text}"
        for text, place in literals()
        if CODE.fullmatch(text) and text.partition(".")[0] in families() - NEVER_WRITTEN_OUT and text not in english()
    ]
    assert missing == []
    assert [f"{place}: {code}" for code, _, place in calls() if code not in english()] == []
    assert [place for one, place in patterns() if not any(re.match(one, code) for code in english())] == []
    assert sorted(made_by_tables() - english().keys()) == []


def test_every_sentence_gets_its_placeholders() -> None:
    """KeyError otherwise, when it is said."""
    wrong = [
        f"{place}: {code} wants {sorted(english()[code].placeholders - given)}"
        for code, given, place in calls()
        if code in english() and not english()[code].placeholders <= given
    ]
    assert wrong == []


def test_no_error_for_people_is_a_sentence_in_python() -> None:
    family = {"PhysioError", *(one.__name__ for one in subclasses(PhysioError))}
    spoken = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in SOURCES
        for node in nodes(file)
        if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", "") in family
        if isinstance(node.args[0], ast.JoinedStr)
        or (isinstance(node.args[0], ast.Constant) and not CODE.fullmatch(str(node.args[0].value)))
    ]
    assert spoken == []


def subclasses(of: type) -> set[type]:
    return {one for direct in of.__subclasses__() for one in (direct, *subclasses(direct))}


def test_no_sentence_is_left_over() -> None:
    assert sorted(english().keys() - used()) == []


# What these show is for people, so no sentence stands in them.
SPEAKING = [*sorted((ROOT / "physio" / "ui").glob("*.py")), *sorted((ROOT / "physio" / "trends").glob("*.py"))]
SPEAKING += [*sorted((ROOT / "pages").glob("*.py")), ROOT / "app.py"]
WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
SHOWING = {
    *("label", "help", "placeholder", "title", "subtitle", "text", "alt", "note", "caption", "value", "body"),
    *("markdown", "write", "button", "toggle", "selectbox", "subheader", "error", "warning", "info", "expander"),
    *("text_input", "text_area", "number_input", "segmented_control", "download_button", "form_submit_button", "tab"),
    *("spinner", "tile", "fact", "check", "Tooltip", "TitleParams", "Scale", "Line", "Column", "NumberColumn"),
    *("TextColumn", "DatetimeColumn", "ProgressColumn", "file_uploader", "dialog", "tabs", "own_text"),
}
"""Functions and keywords whose strings are read by people."""


def test_no_page_and_no_chart_says_anything_of_its_own() -> None:
    found = []
    for file in SPEAKING:
        unsaid = {id(node.value) for node in nodes(file) if isinstance(node, ast.Expr)} | logged(file)  # docstrings
        for node in nodes(file):
            where = f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unsaid:
                text = re.sub(r"<[^>]*>?|[a-z-]+=\"[^\"]*\"?", "", node.value)
                if WORDS.search(text) and not text.lstrip().startswith(("--", "p {", "canvas {")):
                    found.append(f"{where}: {node.value}")
            if isinstance(node, ast.Call):
                found += [f"{where}: {text}" for text in shown_by(node) if re.search(r"[A-Z][a-z]{2,}|[a-z] ", text)]
    assert found == []


def logged(file: Path) -> set[int]:
    """The strings that go to the log, which nobody translates."""
    calls = [node.func for node in nodes(file) if isinstance(node, ast.Call)]
    log = {id(f) for f in calls if isinstance(f, ast.Attribute) and getattr(f.value, "id", "") == "log"}
    return {
        id(argument)
        for node in nodes(file)
        if isinstance(node, ast.Call) and id(node.func) in log
        for argument in node.args
    }


def shown_by(call: ast.Call) -> Iterator[str]:
    """The strings that a call shows to people as they are."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    first = call.args[:1] if name in SHOWING else []
    for value in [*first, *(k.value for k in call.keywords if k.arg in SHOWING)]:
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and not CODE.fullmatch(value.value):
            yield value.value
