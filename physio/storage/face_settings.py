"""What each patient's face is used for, in the store."""

from dataclasses import asdict

from physio.errors import StoreError
from physio.storage.records import FaceSettings
from physio.storage.repository import MINE, Repository
from physio.therapy.levels import AlertLevels

_COLUMNS = "pain, pspi, hold_s, probability, sound, advice, suggestions"


class FaceSettingsOfPatients(Repository):
    """One row per patient for whom something was changed, of those whom the user may see."""

    def of(self, patient_code: str) -> FaceSettings:
        """A patient's settings; the usual ones when nothing was changed."""
        sql = f"select {_COLUMNS} from alert_setting where patient_code = ? and {MINE}"
        for pain, pspi, hold_s, probability, *switches in self._rows(sql, patient_code, self.mine):
            return FaceSettings(pain, AlertLevels(pspi, hold_s, probability), *switches)
        return FaceSettings()

    def change(self, patient_code: str, settings: FaceSettings) -> None:
        """Raises StoreError when there is no such patient."""
        levels = settings.levels
        values = [settings.pain, levels.pspi, levels.hold_s, levels.probability]
        values += [settings.sound, settings.advice, settings.suggestions]
        with self._database.writing() as cursor:
            if not self._patient_there(cursor, patient_code):
                raise StoreError("storage.no_patient", code=patient_code)
            cursor.execute("delete from alert_setting where patient_code = ?", [patient_code])
            cursor.execute(
                f"insert into alert_setting (patient_code, {_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)",
                [patient_code, *values],
            )
            said = {name: str(value) for name, value in {**asdict(settings), **asdict(levels)}.items()}
            said.pop("levels")
            self._audit(cursor, ("change", "alert settings", patient_code), patient_code, details=said)
