"""Who changed or removed what, where no other row says so."""

import json
from hashlib import sha256

import duckdb

from physio.storage.records import AuditEntry
from physio.storage.repository import Repository, utc, visible

DELETED = "delete"
DATED, MOVED, MOVED_AWAY = "set started", "move", "move away"
"""A session whose date was put right; one that came to a patient, said where it is now; and the same said of the
patient whom it left."""
FROM_PATIENT, TO_PATIENT = "from_patient", "to_patient"
"""Details that are codes of patients."""
ANALYSIS = "analysis"
"""Detail: the analysis that was made for a move."""
DEMO_CLIP = "demo_clip"
"""Detail: the file that a deleted demo session was of."""

_VISIBLE = visible("coalesce(patient_code, '')")
_ENTRIES = f"select moment, author, action, noun, key, counts, details from audit where {_VISIBLE}"


class Audit(Repository):
    """What the user may know of it: about patients whom they may see, and, when they may see all, what was deleted."""

    def all(self) -> tuple[AuditEntry, ...]:
        """Everything, oldest first."""
        return self._entries(f"{_ENTRIES} order by moment, rowid", self.mine)

    def of_session(self, session_id: str) -> tuple[AuditEntry, ...]:
        """What was changed in a session, oldest first, also before it came to its patient."""
        which = f"and noun = 'session' and key = ? and action <> '{MOVED_AWAY}' order by moment, rowid"
        return self._entries(f"{_ENTRIES} {which}", self.mine, session_id)

    def _entries(self, sql: str, *parameters: object) -> tuple[AuditEntry, ...]:
        return tuple(
            AuditEntry(utc(moment), author, action, noun, key, json.loads(counts or "{}"), self._seen(details))
            for moment, author, action, noun, key, counts, details in self._rows(sql, *parameters)
        )

    def _seen(self, details: str | None) -> dict[str, str]:
        """The details; of patients whom the user may not see what stays of them once they are deleted."""
        found: dict[str, str] = json.loads(details or "{}")
        theirs = [name for name in (FROM_PATIENT, TO_PATIENT) if name in found and not self.may_see(found[name])]
        return found | {name: fingerprint(found[name]) for name in theirs}


def fingerprint(code: str) -> str:
    """What stays of a deleted patient's code: whoever knows the code can tell that it was this one."""
    return sha256(code.encode()).hexdigest()


def forget_code(cursor: duckdb.DuckDBPyConnection, code: str) -> None:
    """Leave only the fingerprint of a patient's code in what is said of sessions that came from them or went to them.
    For the deletion of the patient, inside its transaction."""
    moves = cursor.execute(f"select rowid, details from audit where action in ('{MOVED}', '{MOVED_AWAY}')").fetchall()
    for row, text in moves:
        details: dict[str, str] = json.loads(text)
        kept = {name: fingerprint(code) if value == code else value for name, value in details.items()}
        if kept != details:
            cursor.execute("update audit set details = ? where rowid = ?", [json.dumps(kept), row])
