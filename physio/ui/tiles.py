"""Small pieces of HTML for numbers; style.css gives them their looks. Words come in as they are said."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from physio.ui.say import NO_VALUE, percent, say


def mean(values: Iterable[float]) -> float:
    """The mean of the known values, NaN when there is none."""
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known else math.nan


def clock(seconds: float) -> str:
    """m:ss, or h:mm:ss from an hour on; a dash when unknown."""
    if not math.isfinite(seconds):
        return NO_VALUE
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def of_target(target_reps: int) -> str:
    """/ 10; nothing without a target."""
    return say("ui.of", count=target_reps) if target_reps else ""


@dataclass(frozen=True, slots=True)
class Extra:
    """What a tile may have beside its label, value and note: of stands small behind the value; html (trusted) under it;
    span is its share of the 18 columns of the grid; word: the value is a word; weak: it is not to be relied on, and
    greyed."""

    of: str = ""
    html: str = ""
    span: int = 6
    word: bool = False
    weak: bool = False


PLAIN = Extra()


def tile(label: str, value: str, note: str = "", extra: Extra = PLAIN) -> str:
    """One tile: what it is, its value large, a note small. A value of NO_VALUE is greyed."""
    states = (("word", extra.word), ("none", value == NO_VALUE), ("weak", extra.weak))
    classes = " ".join(["ph-value", *(name for name, holds in states if holds)])
    suffix = f'<span class="of"> {escape(extra.of)}</span>' if extra.of else ""
    return (
        f'<section class="ph-tile" style="--span:{extra.span}"><h4>{escape(label)}</h4>'
        f'<div class="{classes}">{escape(value)}{suffix}</div>{extra.html}'
        f'<div class="ph-note">{escape(note)}</div></section>'
    )


def tiles(*parts: str) -> str:
    """Large tiles in their grid, for what is read from across the room."""
    return f'<div class="ph-box"><div class="ph-tiles">{"".join(parts)}</div></div>'


def figures(*parts: str, narrow: int) -> str:
    """Smaller tiles in one row; narrow: how many stand side by side where there is little room."""
    style = f"--columns:{len(parts)};--narrow:{narrow}"
    return f'<div class="ph-box"><div class="ph-figures" style="{style}">{"".join(parts)}</div></div>'


def scale(now: float, low: float, high: float, goal: float, label: str) -> str:
    """A bar from low to high with the goal ticked and the present value marked; values outside stick to the ends."""

    def place(value: float) -> float:
        return 100 * min(max((value - low) / (high - low), 0.0), 1.0)

    marker = f'<i class="now" style="left:{place(now):.1f}%"></i>' if math.isfinite(now) else ""
    tick = f'<i class="goal" style="left:{place(goal):.1f}%"></i>' if math.isfinite(goal) else ""
    return f'<div class="ph-scale" role="img" aria-label="{escape(label)}">{tick}{marker}</div>'


def sparkline(values: Sequence[float], top: float, label: str) -> str:
    """Small bars of values from 0 to top over the tile's width, with gaps where they are NaN."""
    bars = "".join(
        f'<i style="height:{100 * min(max(value / top, 0.06), 1.0):.0f}%"></i>' if math.isfinite(value) else "<b></b>"
        for value in values
    )
    return f'<div class="ph-spark" role="img" aria-label="{escape(label)}">{bars}</div>'


def facts(*items: str) -> str:
    """A line of small facts; each item is trusted HTML (see `fact`, `check`)."""
    return f'<div class="ph-facts">{"".join(f"<span>{item}</span>" for item in items if item)}</div>'


def fact(label: str, value: str) -> str:
    """label: value."""
    return f"{escape(label)} <b>{escape(value)}</b>"


def check_list(*items: str) -> str:
    """Checks one below the other; each item is trusted HTML (see `check`)."""
    return f'<ul class="ph-facts ph-checks">{"".join(f"<li>{item}</li>" for item in items if item)}</ul>'


def check(good: bool | None, when_good: str, when_bad: str) -> str:
    """A tick with a word, or what to do; nothing when it is not known."""
    if good is None:
        return ""
    return f'<span class="{"ok" if good else "no"}">{escape(when_good if good else when_bad)}</span>'


def ledger_rows(rows: Sequence[tuple[str, float]]) -> str:
    """Shares in per cent with their words, as hatched bars."""
    lines = "".join(
        f'<li><span>{escape(words)}</span><b class="pct">{escape(percent(pct))}</b>'
        f'<div><i style="width:{min(pct, 100):.1f}%"></i></div></li>'
        for words, pct in rows
    )
    return f'<ul class="ph-ledger">{lines}</ul>'


def event_rows(rows: Sequence[tuple[str, str, str]], heads: tuple[str, str, str]) -> str:
    """A small table of times, what happened and more about it, in which long texts wrap."""
    lines = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    titles = "".join(f"<th>{escape(head)}</th>" for head in heads)
    return f'<div class="ph-events"><table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table></div>'
