"""Messages as sentences: the catalogues under locales/, one folder per language, one file per room.

gettext's .po files, read with Babel. A msgid is a code, its msgstr the sentence with the message's parameters in
braces, as in str.format: "at least {needed_deg:.0f}°". A sentence with plural forms goes by the parameter `count`.
"""

import math
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from numbers import Real
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_datetime
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

from physio.config import ROOT
from physio.messages import OWN_TEXT, Message

LOCALES = ROOT / "locales"
DEFAULT = "en"
UNKNOWN = "–"
"""In place of a number that is NaN."""
_PLURALS = ("zero", "one", "two", "few", "many", "other")


@dataclass(frozen=True, slots=True)
class Symbols:
    """A language's signs and names for charts: the decimal sign, the thousands' sign, the days from Sunday on, the
    months from January on."""

    decimal: str
    thousands: str
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    months: tuple[str, ...]
    short_months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code ("en"), its sentences by code (more than one for plural forms) and how it writes numbers.
    Immutable; any thread may call."""

    code: str
    sentences: Mapping[str, tuple[str, ...]]
    locale: Locale

    def say(self, one: Message, quoted: Callable[[str], str] = str) -> str:
        """The sentence. A code that this language lacks is said in English; one that nobody knows is shown as it is, so
        that a message of another version never hides the rest of a page. quoted: what becomes of words that are not the
        catalogue's: names, notes, files, somebody's own exercise."""
        if one.code == OWN_TEXT:
            return quoted(str(one.params.get("text", UNKNOWN)))
        forms = self.sentences.get(one.code)
        if forms is None:
            return quoted(one.code) if self.code == DEFAULT else language(DEFAULT).say(one, quoted)
        form = forms[0] if len(forms) == 1 else forms[self._plural(one)]
        return _Formatter(self, quoted).vformat(form, (), dict(one.params))

    @property
    def name(self) -> str:
        """What the language calls itself: English, Deutsch."""
        return str(self.locale.get_display_name()).capitalize()

    def date(self, moment: datetime, pattern: str) -> str:
        """A moment, as it is in its own time zone, by a CLDR pattern ("d MMM y, HH:mm")."""
        return str(format_datetime(moment, pattern, locale=self.locale))

    def number(self, value: float, digits: int = 0) -> str:
        """A number with so many decimals; a dash for NaN."""
        return _Formatter(self).format_field(float(value), f".{digits}f")

    @property
    def symbols(self) -> Symbols:
        """How charts write numbers and dates."""
        days = self.locale.days["format"]
        months = self.locale.months["format"]
        from_sunday = (6, 0, 1, 2, 3, 4, 5)
        return Symbols(
            decimal=get_decimal_symbol(self.locale),
            thousands=get_group_symbol(self.locale),
            days=tuple(days["wide"][day] for day in from_sunday),
            short_days=tuple(days["abbreviated"][day] for day in from_sunday),
            months=tuple(months["wide"][month] for month in range(1, 13)),
            short_months=tuple(months["abbreviated"][month] for month in range(1, 13)),
        )

    def _plural(self, one: Message) -> int:
        """Which form; the last one, for any other count, when the message of another version lacks the count."""
        tags = [tag for tag in _PLURALS if tag in self.locale.plural_form.tags or tag == "other"]
        count = one.params.get("count")
        return tags.index(self.locale.plural_form(count)) if isinstance(count, Real) else len(tags) - 1


class _Formatter(string.Formatter):
    """str.format with this language's decimal sign, a dash for NaN, and messages as parameters."""

    def __init__(self, of: Language, quoted: Callable[[str], str] = str):
        self._language = of
        self._quoted = quoted

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        """A parameter that the sentence wants and the message of another version lacks is an unknown number."""
        return kwargs.get(key, math.nan)

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Message):
            return self._language.say(value, self._quoted)
        if isinstance(value, Real):
            written = format(value, format_spec) if math.isfinite(value) else UNKNOWN
            if not written.strip("-+0."):
                written = written.lstrip("-")  # -0.3 is 0, not -0
            return written.replace(".", get_decimal_symbol(self._language.locale))
        if isinstance(value, str):
            return format(self._quoted(value), format_spec)
        return format(value, format_spec)


@cache
def language(code: str) -> Language:
    """The language of that code ("en", "de"). KeyError when there is no folder of that name."""
    folder = LOCALES / code
    if code not in languages():
        raise KeyError(code)
    sentences: dict[str, tuple[str, ...]] = {}
    for file in sorted(folder.glob("*.po")):
        sentences |= _sentences(file, code)
    return Language(code, sentences, Locale(code))


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages, sorted."""
    return tuple(sorted(folder.name for folder in LOCALES.iterdir() if folder.is_dir()))


def english(one: Message) -> str:
    """The sentence in English: for the command line, logs and errors that nobody translated."""
    return language(DEFAULT).say(one)


def _sentences(file: Path, code: str) -> dict[str, tuple[str, ...]]:
    with file.open("rb") as content:
        catalogue = read_po(content, locale=code)
    return {
        entry.id if isinstance(entry.id, str) else entry.id[0]: (
            (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        )
        for entry in catalogue
        if entry.id
    }
