"""Patients' faces at rest in the store: kept with their consent alone, deleted when it is withdrawn."""

from physio.errors import StoreError
from physio.storage.consents import delete_neutral, stands
from physio.storage.records import ConsentKind, StoredNeutral
from physio.storage.repository import MINE, Repository, now, utc

MOST_BYTES = 2048
"""More is refused: neither an image nor the 478 landmarks of a face can get in here."""


class Neutrals(Repository):
    """One face at rest per patient, of those whom the user may see."""

    def keep(self, session_id: str, version: int, content: bytes) -> bool:
        """Keep what was learned in a session in place of what was known of its patient; False, and nothing kept,
        without their consent. Raises SessionGoneError when the session is not there, StoreError when it is more than
        MOST_BYTES."""
        if len(content) > MOST_BYTES:
            raise StoreError("storage.neutral_too_large", most=MOST_BYTES)
        with self._database.writing() as cursor:
            patient_code = self._require_session(cursor, session_id)
            if not stands(cursor, patient_code, ConsentKind.NEUTRAL):
                return False
            delete_neutral(cursor, patient_code)
            cursor.execute(
                "insert into neutral (patient_code, version, content, session_id, kept_at) values (?, ?, ?, ?, ?)",
                [patient_code, version, content, session_id, now()],
            )
        return True

    def of(self, patient_code: str) -> StoredNeutral | None:
        """What is known of a patient's face at rest; None without it."""
        rows = self._rows(
            f"select version, content, session_id, kept_at from neutral where patient_code = ? and {MINE}",
            patient_code,
            self.mine,
        )
        return next((StoredNeutral(version, bytes(content), key, utc(at)) for version, content, key, at in rows), None)

    def reset(self, patient_code: str) -> None:
        """Delete it, so that it is learned anew; without one nothing happens."""
        with self._database.writing() as cursor:
            if not self._patient_there(cursor, patient_code):
                return
            if count := delete_neutral(cursor, patient_code):
                self._audit(cursor, ("reset", "neutral", patient_code), patient_code, {"neutral": count})
