"""Small pieces of HTML for numbers, as plain functions from values to text; style.css gives them their looks."""

import math
from collections.abc import Iterable, Sequence
from html import escape

NO_VALUE = "–"


def number(value: float, digits: int = 0, unit: str = "") -> str:
    """The number as shown, a dash when it is unknown."""
    return f"{value:.{digits}f}{unit}" if math.isfinite(value) else NO_VALUE


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


def tile(label: str, value: str, note: str = "", *, of: str = "", word: bool = False, extra: str = "") -> str:
    """One tile: what it is, its value large, a note small. A value of NO_VALUE is greyed; extra is trusted HTML."""
    classes = "ph-value" + (" word" if word else "") + (" none" if value == NO_VALUE else "")
    suffix = f'<span class="of"> {escape(of)}</span>' if of else ""
    return (
        f'<section class="ph-tile"><h4>{escape(label)}</h4>'
        f'<div class="{classes}">{escape(value)}{suffix}</div>{extra}'
        f'<div class="ph-note">{escape(note)}</div></section>'
    )


def tiles(*parts: str, figures: bool = False) -> str:
    """Tiles in their grid; figures: the smaller kind over a page."""
    return f'<div class="ph-box"><div class="{"ph-figures" if figures else "ph-tiles"}">{"".join(parts)}</div></div>'


def scale(now: float, low: float, high: float, goal: float, label: str) -> str:
    """A bar from low to high with the goal ticked and the present value marked; values outside stick to the ends."""

    def place(value: float) -> float:
        return 100 * min(max((value - low) / (high - low), 0.0), 1.0)

    marker = f'<i class="now" style="left:{place(now):.1f}%"></i>' if math.isfinite(now) else ""
    tick = f'<i class="goal" style="left:{place(goal):.1f}%"></i>' if math.isfinite(goal) else ""
    return f'<div class="ph-scale" role="img" aria-label="{escape(label)}">{tick}{marker}</div>'


def sparkline(values: Sequence[float], top: float, label: str) -> str:
    """A small line of values from 0 to top over the tile's width, with gaps where they are NaN."""
    width, height = 200.0, 26.0
    points = [
        (width * i / max(len(values) - 1, 1), height - 2 - (height - 4) * min(value / top, 1.0))
        for i, value in enumerate(values)
    ]
    path, pen_down = [], False
    for x, y in points:
        if math.isfinite(y):
            path.append(f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}")
        pen_down = math.isfinite(y)
    return (
        f'<svg class="ph-spark" viewBox="0 0 {width:.0f} {height:.0f}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}"><path d="M0 {height - 1}H{width}" stroke="var(--ph-neutral)"/>'
        f'<path d="{"".join(path)}" fill="none" stroke="var(--ph-pain)" stroke-width="2" '
        f'vector-effect="non-scaling-stroke"/></svg>'
    )


def facts(*items: str) -> str:
    """A line of small facts; each item is trusted HTML (see `fact`, `check`)."""
    return f'<div class="ph-facts">{"".join(f"<span>{item}</span>" for item in items if item)}</div>'


def fact(label: str, value: str) -> str:
    """label: value."""
    return f"{escape(label)} <b>{escape(value)}</b>"


def check(good: bool | None, when_good: str, when_bad: str) -> str:
    """A tick with a word, or what to do; nothing when it is not known."""
    if good is None:
        return ""
    return f'<span class="{"ok" if good else "no"}">{escape(when_good if good else when_bad)}</span>'


def ledger_rows(rows: Sequence[tuple[str, float]]) -> str:
    """Shares in per cent with their words, as hatched bars."""
    lines = "".join(
        f'<tr><td>{escape(words)}</td><td class="pct">{pct:.0f} %</td>'
        f'<td class="bar"><i style="width:{min(pct, 100):.1f}%"></i></td></tr>'
        for words, pct in rows
    )
    return f'<table class="ph-ledger">{lines}</table>'
