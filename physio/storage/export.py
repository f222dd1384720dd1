"""Tables as files: CSV (empty where unknown) or Parquet (NULL where unknown), chosen by the file's name."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
import numpy.typing as npt

from physio.errors import StoreError
from physio.language import english
from physio.messages import Message, from_json
from physio.metrics import FRAME_COLUMNS, REP_COLUMNS
from physio.storage.analysis_reading import VISIBLE
from physio.storage.database import quoted
from physio.storage.inserts import REP_FLAGS
from physio.storage.repository import Repository

FileType = Literal["csv", "parquet"]
Say = Callable[[Message], str]

_OPTIONS = {".csv": "(format csv, header true)", ".parquet": "(format parquet, compression zstd)"}
_NAMES = ", ".join(f'"{name}"' for name in ("t_s", *FRAME_COLUMNS))
_FRAMES = f"select {_NAMES}, * exclude (analysis_id, {_NAMES}) from frame where {VISIBLE} order by t_s"
_REPS = f"""
    select id, rep_index as "index", side, {", ".join((*REP_FLAGS, *REP_COLUMNS))}, sentence as rejected_reason,
        (select string_agg(fault_id, ';' order by f.rowid) from fault f where f.repetition_id = r.id) as faults
    from repetition r left join sentences on reason = rejected_reason where {VISIBLE} order by start_s
"""
_CALIBRATION = f"select * exclude analysis_id from analysis_calibration where {VISIBLE} order by t_s, rowid"


class Exports(Repository):
    """What can be taken out as a file, of analyses whom the user may see; of others an empty table."""

    def frames(self, analysis_id: str, path: Path) -> None:
        """One row per frame: t_s, every frame metric of METRICS, then those that are not measured any more. Raises
        StoreError when path cannot be written."""
        self._export(_FRAMES, analysis_id, path)

    def reps(self, analysis_id: str, path: Path, say: Say = english) -> None:
        """One row per repetition, counted or rejected (rejected_reason not empty), with the ids of its faults. say:
        what makes sentences of the reasons."""
        sql = f"select distinct rejected_reason from repetition where rejected_reason is not null and {VISIBLE}"
        with self._database.reading() as cursor:
            reasons = [reason for (reason,) in cursor.execute(sql, [analysis_id, analysis_id, self.mine]).fetchall()]
            said = [say(from_json(reason)) for reason in reasons]
            cursor.register("sentences", {"reason": _texts(reasons), "sentence": _texts(said)})
            _copy(cursor, _REPS, [analysis_id, analysis_id, self.mine], path)

    def calibration(self, analysis_id: str, path: Path) -> None:
        """One row per line that came into use or went out of it: with it and the frames' azimuth the angles as measured
        can be had back."""
        self._export(_CALIBRATION, analysis_id, path)

    def frames_file(self, analysis_id: str, kind: FileType) -> bytes:
        """`frames` as the content of a file, for a download."""
        return _content(partial(self.frames, analysis_id), kind)

    def reps_file(self, analysis_id: str, kind: FileType, say: Say = english) -> bytes:
        """`reps` as the content of a file, for a download."""
        return _content(partial(self.reps, analysis_id, say=say), kind)

    def calibration_file(self, analysis_id: str, kind: FileType) -> bytes:
        """`calibration` as the content of a file, for a download."""
        return _content(partial(self.calibration, analysis_id), kind)

    def _export(self, query: str, analysis_id: str, path: Path) -> None:
        with self._database.reading() as cursor:
            _copy(cursor, query, [analysis_id, analysis_id, self.mine], path)


def _content(write: Callable[[Path], None], kind: FileType) -> bytes:
    with tempfile.TemporaryDirectory(prefix="physio-") as folder:
        path = Path(folder) / f"export.{kind}"
        write(path)
        return path.read_bytes()


def _texts(texts: Sequence[str]) -> npt.NDArray[np.object_]:
    return np.array(texts, dtype=object)


def write_frames(t_s: npt.NDArray[np.float64], values: npt.NDArray[np.float64], path: Path) -> None:
    """Frames that are in no store, t_s (n,) and values (n, len(FRAME_COLUMNS)), as `Exports.frames` writes them."""
    columns = np.ma.masked_invalid(values.astype(np.float32).reshape(len(t_s), len(FRAME_COLUMNS)).T)
    write_columns({"t_s": t_s, **dict(zip(FRAME_COLUMNS, columns, strict=True))}, path)


def write_columns(columns: Mapping[str, npt.NDArray[Any]], path: Path) -> None:
    """Arrays of equal length (n,) as the columns of a file; masked values are unknown."""
    with duckdb.connect(":memory:") as connection:
        connection.register("columns", dict(columns))
        _copy(connection, "select * from columns", [], path)


def _copy(cursor: duckdb.DuckDBPyConnection, query: str, parameters: list[object], path: Path) -> None:
    options = _OPTIONS.get(path.suffix.lower())
    if options is None:
        raise StoreError("storage.file_type", name=path.name)
    try:
        cursor.execute(f"copy ({query}) to {quoted(str(path))} {options}", parameters)
    except duckdb.IOException as error:
        raise StoreError("storage.not_written", path=str(path), problem=str(error)) from error
