"""Errors a person can act on. Every message says what happened and what to do."""

from physio.language import english
from physio.messages import Message, Value


class PhysioError(Exception):
    """Base of all errors whose text may be shown to the user as it is.

    Made with a code and its parameters, PhysioError("storage.locked", path=…); str() is the sentence in English,
    `message` what a page translates.
    """

    def __init__(self, code: str | Message, /, **params: Value):
        self.message = code if isinstance(code, Message) else Message(code, params)
        super().__init__(self.message)

    def __str__(self) -> str:
        return english(self.message)


class ModelsMissingError(PhysioError):
    """A model bundle is absent and could not be prepared."""


class VideoError(PhysioError):
    """A video cannot be read: empty, truncated, not a video, no video stream."""


class PictureError(PhysioError):
    """A still picture cannot be read: missing, damaged, not a picture."""


class ExerciseError(PhysioError):
    """An exercise definition is unknown or its file is wrong."""


class CalibrationError(PhysioError):
    """A reading cannot be taken, or readings do not make a calibration."""


class TherapyError(PhysioError):
    """What is to be watched for cannot be meant."""


class StoreError(PhysioError):
    """The database cannot do what was asked."""


class StoreLockedError(StoreError):
    """Another process holds the database."""


class CancelledError(PhysioError):
    """The user cancelled a running job."""
