"""Tables as files: CSV (empty where unknown) or Parquet (NULL where unknown), chosen by the file's name."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
import numpy.typing as npt

from physio.errors import StoreError
from physio.metrics import FRAME_COLUMNS
from physio.storage.database import Database

FileType = Literal["csv", "parquet"]

_OPTIONS = {".csv": "(format csv, header true)", ".parquet": "(format parquet, compression zstd)"}
_NAMES = ", ".join(f'"{name}"' for name in ("t_s", *FRAME_COLUMNS))
_FRAMES = f"select {_NAMES}, * exclude (session_id, {_NAMES}) from frame where session_id = ? order by t_s"
_REPS = """
    select rep_index as "index", side, start_s, peak_s, end_s, peak_deg, rom_deg, eccentric_s, hold_s, concentric_s,
        score, rejected_reason,
        (
            select string_agg(fault_id, ';' order by f.rowid) from repetition_fault f
            where f.session_id = r.session_id and f.side = r.side and f.rep_index = r.rep_index
        ) as faults
    from repetition r where session_id = ? order by start_s
"""


_CALIBRATION = "select * exclude session_id from session_calibration where session_id = ? order by t_s, rowid"


class Exporter(Database):
    """What can be taken out as a file."""

    def export_frames(self, session_id: str, path: Path) -> None:
        """One row per frame: t_s, every frame metric of METRICS, then those that are not measured any more. Raises
        StoreError when path cannot be written."""
        self._export(_FRAMES, session_id, path)

    def export_reps(self, session_id: str, path: Path) -> None:
        """One row per repetition, counted or rejected (rejected_reason not empty), with the ids of its faults."""
        self._export(_REPS, session_id, path)

    def frames_file(self, session_id: str, kind: FileType) -> bytes:
        """export_frames as the content of a file, for a download."""
        return self._file(_FRAMES, session_id, kind)

    def reps_file(self, session_id: str, kind: FileType) -> bytes:
        """export_reps as the content of a file, for a download."""
        return self._file(_REPS, session_id, kind)

    def calibration_file(self, session_id: str, kind: FileType) -> bytes:
        """One row per line that came into use in the session or went out of it, as the content of a file: with it and
        the frames' azimuth the angles as measured can be had back."""
        return self._file(_CALIBRATION, session_id, kind)

    def _export(self, query: str, session_id: str, path: Path) -> None:
        with self._reading() as cursor:
            _copy(cursor, query, [session_id], path)

    def _file(self, query: str, session_id: str, kind: FileType) -> bytes:
        with tempfile.TemporaryDirectory(prefix="physio-") as folder:
            path = Path(folder) / f"export.{kind}"
            self._export(query, session_id, path)
            return path.read_bytes()


def write_frames(t_s: npt.NDArray[np.float64], values: npt.NDArray[np.float64], path: Path) -> None:
    """Frames that are in no store, t_s (n,) and values (n, len(FRAME_COLUMNS)), as export_frames writes them."""
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
        raise StoreError(f"{path.name}: tables are written as .csv or .parquet. Choose a name that ends so.")
    try:
        cursor.execute(f"copy ({query}) to ? {options}", [*parameters, str(path)])
    except duckdb.IOException as error:
        raise StoreError(f"{path} could not be written: {error}") from error
