"""The facial action units (FACS) that are read, in 0-5 (A-E) intensities; see unit_model for how."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionUnit:
    """name: column name (au + two digits); label: FACS name."""

    name: str
    label: str


ACTION_UNITS: tuple[ActionUnit, ...] = (
    ActionUnit("au01", "AU1 inner brow raiser"),
    ActionUnit("au02", "AU2 outer brow raiser"),
    ActionUnit("au04", "AU4 brow lowerer"),
    ActionUnit("au05", "AU5 upper lid raiser"),
    ActionUnit("au06", "AU6 cheek raiser"),
    ActionUnit("au07", "AU7 lid tightener"),
    ActionUnit("au09", "AU9 nose wrinkler"),
    ActionUnit("au10", "AU10 upper lip raiser"),
    ActionUnit("au12", "AU12 lip corner puller"),
    ActionUnit("au14", "AU14 dimpler"),
    ActionUnit("au15", "AU15 lip corner depressor"),
    ActionUnit("au17", "AU17 chin raiser"),
    ActionUnit("au20", "AU20 lip stretcher"),
    ActionUnit("au23", "AU23 lip tightener"),
    ActionUnit("au24", "AU24 lip pressor"),
    ActionUnit("au25", "AU25 lips part"),
    ActionUnit("au26", "AU26 jaw drop"),
    ActionUnit("au43", "AU43 eyes closed"),
    ActionUnit("au45", "AU45 blink"),
)
AU_INDEX: dict[str, int] = {unit.name: i for i, unit in enumerate(ACTION_UNITS)}
