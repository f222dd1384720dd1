"""Dates with a time of day as people type them: in the browser's own time zone."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from physio.storage.corrections import FIRST_SESSION
from physio.ui.say import local, say

_MINUTE = timedelta(minutes=1)


def moment_input(label: str, known: datetime | None, key: str, *, hidden: bool = False) -> datetime | None:
    """The choice of a moment that is over, beginning with the known one; None while the field is empty. What was not
    touched stays as it is, to the second. hidden: without its label."""
    shown = None if known is None else _typed(known)
    typed = st.datetime_input(
        label,
        shown,
        min_value=_typed(FIRST_SESSION),
        max_value=_typed(datetime.now(UTC)) + _MINUTE,
        format=say("ui.date_typed"),
        step=_MINUTE,
        key=key,
        label_visibility="collapsed" if hidden else "visible",
    )
    return moment_typed(typed, known)


def moment_typed(typed: datetime | None, known: datetime | None) -> datetime | None:
    """What such a field's value means: for callbacks, which are called before it is drawn again."""
    if typed is None:
        return None
    if known is not None and typed == _typed(known):
        return known
    zone = local(known or datetime.now(UTC)).tzinfo
    return min(typed.replace(tzinfo=zone).astimezone(UTC), datetime.now(UTC))


def _typed(moment: datetime) -> datetime:
    """As the field shows it: local, to the minute, without its zone."""
    return local(moment).replace(tzinfo=None, second=0, microsecond=0)
