"""A patient's face at rest, from one live session to the next: with their consent alone."""

import logging

from physio.affect.neutral import RestingFace
from physio.affect.unit_model import UnitModel
from physio.errors import StoreError
from physio.storage.acting import Records

WATCHED_S = 10.0
"""A face at rest that was watched for less does not take the place of the one that is known."""

log = logging.getLogger(__name__)


def known(records: Records, patient_code: str) -> RestingFace | None:
    """What an earlier session has learned; None without it, or when faces are read otherwise by now."""
    kept, model = records.neutrals.of(patient_code), UnitModel.load()
    if kept is None or kept.version != model.shape_version:
        return None
    return RestingFace.from_bytes(kept.content, model.part_count)


def keep(records: Records, session_id: str, learned: RestingFace | None) -> None:
    """Keep what a session has learned for the next one, if the patient has consented. Never raises: without it the next
    session learns it anew."""
    if learned is None or learned.watched_s < WATCHED_S:
        return
    try:
        records.neutrals.keep(session_id, UnitModel.load().shape_version, learned.to_bytes())
    except StoreError:
        log.warning("session %s: the face at rest could not be kept", session_id, exc_info=True)
