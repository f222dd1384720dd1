"""Dates with a time of day as people type them: in the browser's own time zone."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from physio.errors import StoreError
from physio.messages import Message
from physio.storage.corrections import check_started
from physio.ui.say import local, say

_MINUTE = timedelta(minutes=1)
_EARLIEST, _LATEST = datetime(1900, 1, 1), datetime(2199, 12, 31, 23, 59)
"""What can be typed: more than can be, which the pages refuse in words of their own (`moment_refused`)."""


def moment_input(label: str, known: datetime | None, key: str, *, hidden: bool = False) -> datetime | None:
    """The choice of a moment, beginning with the known one; None while the field is empty. What was not touched stays
    as it is, to the second. hidden: without its label."""
    shown = None if known is None else _typed(known)
    typed = st.datetime_input(
        label,
        shown,
        min_value=_EARLIEST,
        max_value=_LATEST,
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
    return typed.replace(tzinfo=zone).astimezone(UTC)


def moment_refused(moment: datetime) -> Message | None:
    """Why no session can have begun then; None when one can."""
    try:
        check_started(moment)
    except StoreError as error:
        return error.message
    return None


def _typed(moment: datetime) -> datetime:
    """As the field shows it: local, to the minute, without its zone."""
    return local(moment).replace(tzinfo=None, second=0, microsecond=0)
