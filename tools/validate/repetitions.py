"""Repetitions counted against repetitions made."""

import csv
from pathlib import Path

from physio.exercise.definition import exercise_ids
from physio.networks.assets import ModelPaths
from tools.validate.agreement import number, table
from tools.validate.measured import measure

TRUTH = "truth.csv"
Counts = list[tuple[str, int, int]]
"""(what, counted, true) of each clip."""


def real_counts(media: Path, models: ModelPaths) -> Counts:
    """Counts of the recordings of real people that show repetitions, by their own exercise or the nearest one that the
    library has (a side lunge is counted as a lunge)."""
    rows = csv.DictReader((media / TRUTH).read_text(encoding="utf-8").splitlines())
    found = []
    for row in rows:
        known = [name for name in exercise_ids() if row["exercise"].endswith(name)]
        if known:
            seen = measure(media / row["file"], models, known[0])
            found.append((f"{row['file']} as {known[0]}", len(seen.scored.rows.reps), int(row["reps"])))
    return found


def count_table(counts: Counts) -> str:
    """One row per clip."""
    return table(("clip", "counted", "true"), [[what, str(got), str(true)] for what, got, true in counts])


def count_figures(pairs: list[tuple[int, int]]) -> str:
    """The field's two figures in a sentence: MAE = mean of |counted - true| / true over clips with repetitions, and OBO
    = share of clips off by one at most."""
    made = [(got, true) for got, true in pairs if true > 0]
    mae = sum(abs(got - true) / true for got, true in made) / len(made)
    off_by_one = sum(abs(got - true) <= 1 for got, true in pairs) / len(pairs)
    exact = sum(got == true for got, true in pairs)
    totals = f"{sum(got for got, _ in pairs)} counted of {sum(true for _, true in pairs)}"
    return f"{len(pairs)} clips: {exact} exact, MAE {number(mae, 2)}, off by one at most {off_by_one:.0%}; {totals}."
