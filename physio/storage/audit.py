"""Who changed or removed what, where no other row says so."""

import json

from physio.storage.records import AuditEntry
from physio.storage.repository import Repository, utc, visible

_VISIBLE = visible("coalesce(patient_code, '')")


class Audit(Repository):
    """What the user may know of it: about patients whom they may see, and, when they may see all, what was deleted."""

    def all(self) -> tuple[AuditEntry, ...]:
        """Everything, oldest first."""
        rows = self._rows(
            f"select moment, author, action, noun, key, counts from audit where {_VISIBLE} order by moment, rowid",
            self.mine,
        )
        return tuple(
            AuditEntry(utc(moment), author, action, noun, key, json.loads(counts or "{}"))
            for moment, author, action, noun, key, counts in rows
        )
