"""How well the facial states are told, on people that were not fitted on: tables in Markdown, and a diagram."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
from sklearn.metrics import balanced_accuracy_score, log_loss, roc_auc_score

from physio.affect.states import STATES
from physio.types import FloatArray
from tools.face_states_truth import AS_IS, PAIN_PSPI, PHOTOGRAPH, UNKNOWN, VISIBLE_PSPI, Flags, Labels, Rows

FALSE_ALARMS = 0.02
EDGES = np.array([0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0])
NAMES = [state.name.lower().replace("_", " ") for state in STATES]
Found = dict[str, FloatArray]
Truths = dict[str, Labels]


def counts(rows: Rows) -> str:
    """What there is."""
    people = {source: len(np.unique(rows.person[rows.source == source])) for source in np.unique(rows.source)}
    return f"{len(rows.x)} rows; people: {people}; states: {np.bincount(rows.state[rows.state != UNKNOWN]).tolist()}"


def line(kind: str, question: str, found: FloatArray, y: Labels, rows: Rows) -> str:
    """One row of the table of classifiers, on frames of rendered people as they are."""
    use = (y != UNKNOWN) & (rows.source == AS_IS)
    p, y = found[use], y[use]
    accuracy = balanced_accuracy_score(y, p.argmax(axis=1))
    area = roc_auc_score(y, p[:, 1]) if p.shape[1] == 2 else roc_auc_score(y, p, multi_class="ovr")
    figures = f"{log_loss(y, p):.3f} | {accuracy:.3f} | {area:.3f} | {off(p, y):.3f}"
    return f"| {question} | {kind} | {figures} |"


def off(p: FloatArray, y: Labels) -> float:
    """Expected calibration error over all classes, each against the rest."""
    said, true = _against_the_rest(p, y)
    group = _groups(said)
    return sum(
        float((group == k).mean()) * abs(float(said[group == k].mean() - true[group == k].mean()))
        for k in np.unique(group)
    )


def say(rows: Rows, found: Found, truths: Truths) -> None:
    """Print all tables."""
    use = rows.source == AS_IS
    known = use & (rows.state != UNKNOWN)
    print("\n| true ↓ read → | " + " | ".join(NAMES) + " | frames |\n|" + " --- |" * (len(NAMES) + 2))
    best = found["state"].argmax(axis=1)
    for k, name in enumerate(NAMES):
        of = known & (rows.state == k)
        shares = [f"{100 * (best[of] == j).mean():.0f} %" for j in range(len(NAMES))]
        print(f"| {name} | " + " | ".join(shares) + f" | {of.sum()} |")
    for question in ("pain", "state", "attending"):
        print(f"\n{question}:\n" + reliability(found[question], truths[question], use))
    print("\n" + by_kind(rows, found, use))


def reliability(found: FloatArray, y: Labels, use: Flags) -> str:
    """The reliability diagram as a table."""
    use = use & (y != UNKNOWN)
    said, true = _against_the_rest(found[use], y[use])
    group = _groups(said)
    lines = ["| said | mean said | seen | frames |", "| --- | --- | --- | --- |"]
    for k in range(len(EDGES) - 1):
        of = group == k
        if of.any():
            span = f"{EDGES[k]:.2f}–{EDGES[k + 1]:.2f}"
            lines.append(f"| {span} | {said[of].mean():.3f} | {true[of].mean():.3f} | {of.sum()} |")
    return "\n".join(lines)


def threshold(rows: Rows, pain: FloatArray, of: Flags | None = None) -> float:
    """The lowest probability above which at most FALSE_ALARMS of the frames without pain lie."""
    quiet = (rows.state != UNKNOWN) & (rows.kind != "pain") & (rows.source == AS_IS)
    return float(np.quantile(pain[quiet if of is None else quiet & of], 1.0 - FALSE_ALARMS))


def by_kind(rows: Rows, found: Found, use: Flags) -> str:
    """How often each kind of face is taken for pain: by the probability, by the most probable state, by the PSPI."""
    pain = found["pain"][:, 1]
    limit = threshold(rows, pain)
    painful = found["state"].argmax(axis=1) >= 2
    lines = [f"| face | p ≥ {limit:.2f} | p ≥ 0.5 | state ≥ mild | PSPI ≥ 3 | frames |", "|" + " --- |" * 6]
    kinds = [(kind, rows.kind == kind) for kind in np.unique(rows.kind[use]) if kind != "pain"]
    kinds += [("all without pain", rows.kind != "pain")]
    inside = (rows.kind == "pain") & (rows.pspi >= VISIBLE_PSPI)
    kinds += [
        ("pain, PSPI 1–3", inside & (rows.pspi < PAIN_PSPI)),
        ("pain, PSPI ≥ 3", inside & (rows.pspi >= PAIN_PSPI)),
    ]
    named = use & (rows.state != UNKNOWN)
    table = [(name, named & of) for name, of in kinds]
    table += [(kind, rows.kind == kind) for kind in np.unique(rows.kind[rows.source == PHOTOGRAPH])]
    for name, of in table:
        if of.any():
            said = (pain[of] >= limit, pain[of] >= 0.5, painful[of], rows.pspi_read[of] >= PAIN_PSPI)
            lines.append(f"| {name} | " + " | ".join(f"{100 * s.mean():.1f} %" for s in said) + f" | {of.sum()} |")
    return "\n".join(lines)


def plot(rows: Rows, found: Found, truths: Truths, path: Path) -> None:
    """The reliability diagram (.svg)."""
    table = []
    for question, label in (("pain", "pain"), ("state", "five states"), ("attending", "attending")):
        use = (rows.source == AS_IS) & (truths[question] != UNKNOWN)
        said, true = _against_the_rest(found[question][use], truths[question][use])
        group = _groups(said)
        for k in np.unique(group):
            of = group == k
            row = {"probability": label, "said": said[of].mean(), "seen": true[of].mean(), "frames": int(of.sum())}
            table.append(row)
    base = alt.Chart(pd.DataFrame(table), width=260, height=260)
    points = base.mark_line(point=True).encode(
        x=alt.X("said:Q", title="probability said", scale=alt.Scale(domain=[0, 1])),
        y=alt.Y("seen:Q", title="share that was so", scale=alt.Scale(domain=[0, 1])),
        color=alt.Color("probability:N", title=None, scale=alt.Scale(range=["#E69F00", "#0072B2", "#D55E00"])),
    )
    ideal = alt.Chart(pd.DataFrame({"at": [0.0, 1.0]})).mark_line(strokeDash=[4, 3], color="#444444")
    path.parent.mkdir(parents=True, exist_ok=True)
    alt.layer(ideal.encode(x="at:Q", y="at:Q"), points).save(path)


def _against_the_rest(p: FloatArray, y: Labels) -> tuple[FloatArray, FloatArray]:
    if p.shape[1] == 2:
        return p[:, 1], (y == 1).astype(np.float64)
    return p.ravel(), (y[:, None] == np.arange(p.shape[1])).astype(np.float64).ravel()


def _groups(said: FloatArray) -> Labels:
    return np.clip(np.searchsorted(EDGES, said, side="right") - 1, 0, len(EDGES) - 2)
