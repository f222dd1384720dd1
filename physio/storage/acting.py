"""The store as one user has it: a repository per noun."""

from physio.storage.analyses import Analyses
from physio.storage.audit import Audit
from physio.storage.calibrations import Calibrations
from physio.storage.consents import Consents
from physio.storage.database import Database
from physio.storage.export import Exports
from physio.storage.face_settings import FaceSettingsOfPatients
from physio.storage.jobs import Jobs
from physio.storage.neutrals import Neutrals
from physio.storage.observations import ObservationReading
from physio.storage.patients import Patients
from physio.storage.sessions import Sessions
from physio.storage.user import User


class Records:
    """What the user wrote and may see. What they may not see is as if it did not exist. Any thread may call any
    method."""

    def __init__(self, database: Database, user: User):
        self.user = user
        self.patients = Patients(database, user)
        self.sessions = Sessions(database, user)
        self.analyses = Analyses(database, user)
        self.observations = ObservationReading(database, user)
        self.calibrations = Calibrations(database, user)
        self.consents = Consents(database, user)
        self.neutrals = Neutrals(database, user)
        self.face_settings = FaceSettingsOfPatients(database, user)
        self.jobs = Jobs(database, user)
        self.audit = Audit(database, user)
        self.exports = Exports(database, user)
