"""A strict reader of one TOML table: every mistake becomes one sentence with the file, the key and what is allowed."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from physio.errors import ExerciseError


class TomlTable:
    """Takes keys out of a table one by one; `close` then complains about what nobody asked for.

    where names the place in messages, such as "squat.toml" or "squat.toml [signal]".
    """

    def __init__(self, values: Mapping[str, Any], where: str):
        self._left = dict(values)
        self._known: list[str] = []
        self.where = where

    def error(self, key: str, problem: str) -> ExerciseError:
        """The error to raise about key."""
        return ExerciseError(f"{self.where}: {key} {problem}.")

    def _take(self, key: str, default: object) -> Any:
        self._known.append(key)
        value = self._left.pop(key, default)
        if value is None:
            raise self.error(key, "is missing")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there and not be empty."""
        value = self._take(key, default)
        if not isinstance(value, str):
            raise self.error(key, f"must be a text in quotes, not {value!r}")
        if default is None and not value.strip():
            raise self.error(key, "must not be empty")
        return value.strip()

    def choice(self, key: str, options: Iterable[str], default: str | None = None) -> str:
        """One of options."""
        allowed = sorted(options)
        value = self._take(key, default)
        if value not in (*allowed, default):
            raise self.error(key, f"is {value!r}; allowed are {', '.join(allowed)}")
        return str(value)

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number in [low, high]; a default may lie outside (NaN for "none")."""
        return self.as_number(key, self._take(key, default), low, high, default)

    def limit(self, key: str, word: str) -> float | str:
        """A number, or the given word in its place; NaN when absent."""
        value = self._take(key, math.nan)
        return word if value == word else self.as_number(key, value, -1000, 1000, math.nan, f' or "{word}"')

    def as_number(
        self, key: str, value: object, low: float, high: float, default: float | None = None, or_else: str = ""
    ) -> float:
        """value as a number in [low, high]."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, f"must be a number from {low:g} to {high:g}{or_else}, not {value!r}")
        if value is not default and not low <= value <= high:
            raise self.error(key, f"is {value:g}; allowed is a number from {low:g} to {high:g}{or_else}")
        return float(value)

    def table(self, key: str, *, optional: bool = False) -> "TomlTable":
        """The table under key; an empty one when it may be absent."""
        value = self._take(key, {} if optional else None)
        if not isinstance(value, dict):
            raise self.error(key, f"must be a table, written as [{key}]")
        return TomlTable(value, f"{self.where} [{key}]")

    def tables(self, key: str) -> list["TomlTable"]:
        """The tables of the list under key, at least one."""
        value = self._take(key, None)
        if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
            raise self.error(key, f"must be one or more tables, each written as [[{key}]]")
        return [TomlTable(one, f"{self.where} [[{key}]] number {i}") for i, one in enumerate(value, 1)]

    def items(self, keys: Iterable[str], low: float, high: float) -> tuple[tuple[str, float], ...]:
        """All that is left, as (key, number) pairs; keys from a list of allowed ones."""
        allowed = sorted(keys)
        for key in self._left:
            if key not in allowed:
                raise self.error(key, f"is not known here; allowed are {', '.join(allowed)}")
        pairs = tuple((key, self.as_number(key, value, low, high)) for key, value in self._left.items())
        self._left.clear()
        return pairs

    def close(self) -> None:
        """Raises ExerciseError when a key is left that was not asked for."""
        for key in self._left:
            raise self.error(key, f"is not known here; allowed are {', '.join(sorted(self._known))}")
