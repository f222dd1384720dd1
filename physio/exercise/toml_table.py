"""A strict reader of one TOML table: every mistake is an ExerciseError with the file, the key and what is allowed."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from physio.errors import ExerciseError
from physio.messages import Message, Value, own_text


class TomlTable:
    """Takes keys out of a table one by one; `close` then complains about what nobody asked for.

    where names the place in messages, such as "squat.toml" or "squat.toml [signal]".
    """

    def __init__(self, values: Mapping[str, Any], where: str):
        self._left = dict(values)
        self._known: list[str] = []
        self.where = where

    def error(self, code: str, key: str, **params: Value) -> ExerciseError:
        """The error to raise about key."""
        return ExerciseError(code, where=self.where, key=key, **params)

    def _take(self, key: str, default: object) -> Any:
        self._known.append(key)
        value = self._left.pop(key, default)
        if value is None:
            raise self.error("exercise_file.missing", key)
        return value

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self._take(key, None)
        if not isinstance(value, str):
            raise self.error("exercise_file.no_text", key, value=repr(value))
        if not value.strip():
            raise self.error("exercise_file.empty", key)
        return value.strip()

    def sentence(self, key: str, code: str) -> Message:
        """The text under key as it was written; without one the catalogues' sentence of that code."""
        if key in self._left:
            return own_text(self.text(key))
        self._known.append(key)
        return Message(code)

    def choice(self, key: str, options: Iterable[str], default: str | None = None) -> str:
        """One of options."""
        allowed = sorted(options)
        value = self._take(key, default)
        if value not in (*allowed, default):
            raise self.error("exercise_file.not_allowed", key, value=repr(value), allowed=", ".join(allowed))
        return str(value)

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number in [low, high]; a default may lie outside (NaN for "none")."""
        value = self._take(key, default)
        return default if default is not None and value is default else self._in_range(key, value, low, high)

    def flag(self, key: str) -> bool:
        """true or false; false when absent."""
        value = self._take(key, False)
        if not isinstance(value, bool):
            raise self.error("exercise_file.not_allowed", key, value=repr(value), allowed="true, false")
        return value

    def limit(self, key: str, word: str) -> float | str:
        """A number, or the given word in its place; NaN when absent."""
        value = self._take(key, math.nan)
        if value is math.nan or value == word:
            return str(value) if value == word else math.nan
        if isinstance(value, str):
            raise self.error("exercise_file.no_number_or_word", key, value=repr(value), word=word)
        return self._in_range(key, value, -1000, 1000)

    def _in_range(self, key: str, value: object, low: float, high: float) -> float:
        # Numbers as a TOML file writes them, in whatever language the sentence around them is.
        allowed = {"low": f"{low:g}", "high": f"{high:g}"}
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error("exercise_file.no_number", key, value=repr(value), **allowed)
        if not low <= value <= high:
            raise self.error("exercise_file.out_of_range", key, value=f"{value:g}", **allowed)
        return float(value)

    def table(self, key: str, *, optional: bool = False) -> "TomlTable":
        """The table under key; an empty one when it may be absent."""
        value = self._take(key, {} if optional else None)
        if not isinstance(value, dict):
            raise self.error("exercise_file.no_table", key)
        return TomlTable(value, f"{self.where} [{key}]")

    def tables(self, key: str) -> list["TomlTable"]:
        """The tables of the list under key, at least one."""
        value = self._take(key, None)
        if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
            raise self.error("exercise_file.no_tables", key)
        return [TomlTable(one, f"{self.where} [[{key}]] {i}") for i, one in enumerate(value, 1)]

    def items(self, keys: Iterable[str], low: float, high: float) -> tuple[tuple[str, float], ...]:
        """All that is left, as (key, number) pairs; keys from a list of allowed ones."""
        self._known += keys
        for key in self._left:
            if key not in self._known:
                raise self._unknown(key)
        pairs = tuple((key, self._in_range(key, value, low, high)) for key, value in self._left.items())
        self._left.clear()
        return pairs

    def close(self) -> None:
        """Raises ExerciseError when a key is left that was not asked for."""
        for key in self._left:
            raise self._unknown(key)

    def _unknown(self, key: str) -> ExerciseError:
        return self.error("exercise_file.unknown_key", key, allowed=", ".join(sorted(self._known)))
