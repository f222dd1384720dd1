"""Rows of one analysis on their way into the store, in columns: what one flush writes in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from physio.metrics import EXPRESSION_COLUMNS, FRAME_COLUMNS, frame_values
from physio.storage.observation_codec import PackedObservations, join_observations, pack_observations
from physio.storage.records import SessionCalibration
from physio.types import FloatArray, FrameResult, RejectedRep, Rep

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rows:
    """n frames at t_s (n,) with values (n, len(FRAME_COLUMNS)) float32, what was observed in them, the repetitions that
    closed or were rejected with them, and what changed in their calibration. About 590 bytes a frame."""

    t_s: FloatArray
    values: Float32Array
    observations: PackedObservations
    reps: tuple[Rep, ...] = ()
    rejected: tuple[RejectedRep, ...] = ()
    calibration: tuple[SessionCalibration, ...] = ()


def rows_of(results: Sequence[FrameResult], reps: Sequence[Rep] = (), rejected: Sequence[RejectedRep] = ()) -> Rows:
    """The rows of some results, and of repetitions that closed after the last frame."""
    values = [frame_values(result) for result in results]
    return Rows(
        t_s=np.array([result.t_s for result in results], dtype=np.float64),
        values=np.array(values, dtype=np.float32).reshape(-1, len(FRAME_COLUMNS)),
        observations=pack_observations([result.observation for result in results]),
        reps=(*(rep for result in results for rep in result.closed), *reps),
        rejected=(*(rep for result in results for rep in result.rejected), *rejected),
        calibration=tuple(
            SessionCalibration(result.t_s, change.in_use, change.line)
            for result in results
            for change in result.calibration
        ),
    )


def without_expressions(rows: Rows) -> Rows:
    """The rows with nothing known of the facial expression signal."""
    values = rows.values.copy()
    values[:, [FRAME_COLUMNS.index(name) for name in EXPRESSION_COLUMNS]] = np.nan
    return replace(rows, values=values)


def joined(parts: Sequence[Rows]) -> Rows:
    """Several rows of the same analysis, in their order, as one."""
    return Rows(
        t_s=np.concatenate([part.t_s for part in parts]),
        values=np.concatenate([part.values for part in parts]),
        observations=join_observations([part.observations for part in parts]),
        reps=tuple(rep for part in parts for rep in part.reps),
        rejected=tuple(rep for part in parts for rep in part.rejected),
        calibration=tuple(change for part in parts for change in part.calibration),
    )
