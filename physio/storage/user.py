"""Who acts. Every operation of the store is somebody's, and somebody sees only their patients."""

from dataclasses import dataclass

from physio.storage.schema_3 import LOCAL


@dataclass(frozen=True, slots=True)
class User:
    """name: the author of what they write; patients: the codes of those they may see, None for everybody."""

    name: str
    patients: frozenset[str] | None = None


LOCAL_USER = User(LOCAL)
"""The one user of an installation without log-in."""
PROGRAM = User("physio")
"""The program itself: what it stores of running sessions, and what it repairs when it starts."""
