"""How well a measured angle agrees with the truth: the figures of a comparison of two methods, and their tables."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from physio.types import FloatArray

FAR_DEG = 15.0
"""An angle further off than this misleads: two people with a goniometer stay within 5-10°."""
_FEW = 30


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of n given numbers: mean absolute error, bias (measured minus true), standard deviation of the error, 95 % limits
    of agreement (bias ± 1.96 SD; Bland and Altman 1986), all degrees; refused_pct: share of the wanted numbers that
    were not given; far_pct: share of the given ones that are off by more than FAR_DEG."""

    n: int
    mae_deg: float
    bias_deg: float
    sd_deg: float
    refused_pct: float
    far_pct: float

    @property
    def limits_deg(self) -> tuple[float, float]:
        """The 95 % limits of agreement."""
        return self.bias_deg - 1.96 * self.sd_deg, self.bias_deg + 1.96 * self.sd_deg


def agreement(error_deg: FloatArray, wanted: int | None = None) -> Agreement:
    """Of errors of any shape, NaN where nothing was given; wanted: how many could have been given (all, when None)."""
    given = error_deg[np.isfinite(error_deg)]
    total = error_deg.size if wanted is None else wanted
    refused = 100 * (1 - given.size / total) if total else float("nan")
    if given.size == 0:
        nothing = float("nan")
        return Agreement(0, nothing, nothing, nothing, refused, nothing)
    return Agreement(
        n=given.size,
        mae_deg=float(np.abs(given).mean()),
        bias_deg=float(given.mean()),
        sd_deg=float(given.std()),
        refused_pct=refused,
        far_pct=float(100 * np.mean(np.abs(given) > FAR_DEG)),
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    names = list(head)
    lines = [names, ["---"] * len(names), *map(list, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def figures(a: Agreement) -> list[str]:
    """MAE, bias, SD, limits, refused and far, as cells; a dash where too few numbers were given to say."""
    if a.n < _FEW:
        return ["–", "–", "–", "–", number(a.refused_pct, 0), "–"]
    low, high = a.limits_deg
    limits = f"{low:.0f} to {high:.0f}"
    mean = [number(value) for value in (a.mae_deg, a.bias_deg, a.sd_deg)]
    return [*mean, limits, number(a.refused_pct, 0), number(a.far_pct)]


FIGURES = ("MAE", "bias", "SD", "95 % limits", "refused %", "beyond 15° %")


def number(value: float, digits: int = 1) -> str:
    """A cell, a dash for NaN."""
    return f"{value:.{digits}f}" if np.isfinite(value) else "–"
