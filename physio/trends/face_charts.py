"""Charts over sessions of what the face showed and what the patient reported, from the table of `queries.trend`."""

import math
from typing import Any

import pandas as pd

from physio.affect.pain import word_levels
from physio.affect.states import STATES
from physio.terms import term
from physio.trends.over_sessions import Heading, Line, Mark, Scale, over_sessions
from physio.trends.theme import Look

RELIABLE_FROM_PCT = 50.0
"""Below this share of reliable frames an estimate speaks for the smaller part of its session, and is hollow."""
_PSPI_TOP = 16.0


def states_chart(table: pd.DataFrame, look: Look) -> Any:
    """Share of the time that the face showed each state, per session."""
    lines = [
        Line(f"state_{state.name.lower()}_pct", look.say(term(state)), look.colours.state(state)) for state in STATES
    ]
    scale = Scale(look.say("trends.states_axis"), 0, 100)
    return over_sessions(table, lines, scale, _heading("trends.states_title", look), look)


def engagement_chart(table: pd.DataFrame, look: Look) -> Any:
    """Mean engagement per session."""
    lines = (Line("engagement_mean", look.say("trends.mean"), look.colours.engaged),)
    return over_sessions(
        table, lines, Scale(look.say("trends.per_cent"), 0, 100), _heading("trends.engagement_title", look), look
    )


def signal_chart(table: pd.DataFrame, look: Look) -> Any:
    """The facial expression signal per session: mean valence and arousal."""
    lines = (
        Line("valence", look.say("trends.valence_line"), look.colours.both),
        Line("arousal", look.say("trends.arousal_line"), look.colours.discomfort),
    )
    return over_sessions(
        table, lines, Scale(look.say("trends.signal_axis"), -1, 1), _heading("trends.signal_title", look), look
    )


def pain_chart(table: pd.DataFrame, look: Look) -> Any:
    """The facial pain estimate per session: mean and 95th percentile, and from where on which word is said of it;
    hollow where it rests on less than half of the frames."""
    share = table.get("pain_reliable_pct", pd.Series(math.nan, index=table.index)).astype("float64")
    table = table.assign(unsure=(share < RELIABLE_FROM_PCT).astype("float64"))
    lines = (
        Line("pspi_p95", look.say("trends.percentile"), look.colours.pain, weak="unsure"),
        Line("pspi_mean", look.say("trends.mean"), look.colours.both, weak="unsure"),
    )
    words = tuple(Mark(look.say(word), level, level, look.colours.muted) for level, word in word_levels())
    known = table.reindex(columns=["pspi_p95", "pspi_mean"]).astype("float64").max().max()
    top = min(1.15 * max(4.0, known if math.isfinite(known) else 0.0), _PSPI_TOP)
    notes = [f"{look.say('trends.n_repetitions')}; {look.say('trends.percentile_note')}", look.say("trends.pain_words")]
    if table["unsure"].any():
        notes.append(look.say("trends.hollow_reliable", share_pct=RELIABLE_FROM_PCT))
    heading = Heading(look.say("trends.pain_title"), tuple(notes))
    return over_sessions(table, lines, Scale(look.say("trends.pain_axis"), 0, top, words), heading, look)


def reported_pain_chart(table: pd.DataFrame, look: Look) -> Any:
    """The pain that the patient reported per session: the highest and the mean rating."""
    lines = (
        Line("self_report_max", look.say("trends.highest"), look.colours.pain),
        Line("self_report_mean", look.say("trends.mean"), look.colours.both),
    )
    scale = Scale(look.say("trends.reported_axis"), 0, 10)
    return over_sessions(table, lines, scale, _heading("trends.reported_title", look), look)


def _heading(code: str, look: Look) -> Heading:
    return Heading(look.say(code), (look.say("trends.n_repetitions"),))
