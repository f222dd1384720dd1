"""Perceive: frames in, observations out. The only part of physio that sees pixels to measure them."""

import math
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from types import TracebackType

from physio.networks.assets import ModelPaths
from physio.perception.appearance import Appearance, aligned_grey
from physio.perception.body import BodyTracker
from physio.perception.face import FaceDetector, face_of, to_face
from physio.perception.face_quality import reason_of, sharpness_of
from physio.perception.native import give_memory_back, own_blocks_for_networks
from physio.types import Face, FloatArray, Frame, Image, Observation, Pose, Reason

FACE_INTERVAL_S = 1 / 15
"""The face is read at most this often: expressions last longer than 0.25 s, and the body must not wait for it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The faces around a head, (478, 3) each, and the patient's of them, read in advance, with its sharpness."""

    faces: list[FloatArray]
    read: tuple[Face, float] | None


class Perceive:
    """One person's stream of frames. `step` for each frame in the order of time, `close` always (or use it as a context
    manager). face False: no face is looked for, nor while `face_wanted` is False. Not thread-safe.

    The face network runs beside the body network, in a thread of its own: it looks where the head was in the frame
    before, and what it finds counts only if it lies at the patient's head in this frame. Both are waited for, so the
    observation is the same whichever is done first.
    """

    def __init__(self, models: ModelPaths, face: bool = True):
        own_blocks_for_networks()
        self.face_wanted = face
        self._body = BodyTracker(models.pose)
        self._face = FaceDetector(models.face) if face else None
        self._appearance = Appearance(models.appearance) if face else None
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="face") if face else None
        self._looked_s = -math.inf
        self._pose: Pose | None = None
        self._met = False
        self._face_alone = False

    def step(self, frame: Frame) -> Observation:
        """What is seen in this frame; frame.t_s must be larger than the last one's."""
        # Half a frame of tolerance, so that 30 fps with jitter gives every second frame and not every third.
        due = self._face is not None and self.face_wanted and frame.t_s - self._looked_s >= FACE_INTERVAL_S * 0.75
        searched = self._search(frame, self._pose) if due and self._pose is not None else None
        try:
            seen = self._body.step(frame)
        finally:
            if searched is not None:
                wait([searched])
        self._pose = seen.pose
        found = searched.result() if searched is not None else None
        seen = self._met_now(seen)
        somebody_else = seen.changed or (seen.pose is None and seen.reason is Reason.SECOND_PERSON)
        if not due or somebody_else:
            return seen
        self._looked_s = frame.t_s
        return replace(seen, face_looked=True, face=self._patients_face(frame, seen.pose, found))

    def follow(self, number: int) -> bool:
        """The person of that number (see Observation.people) is the patient, from the next frame on; False, and nothing
        happens, when nobody has it (any more)."""
        return self._body.follow(number)

    def forget(self) -> None:
        """The patient is somebody else: who that is is found out anew from the next frame on."""
        self._body.forget()

    def close(self) -> None:
        """Release the networks and end the thread. May be called more than once."""
        if self._beside is not None:
            self._beside.shutdown()
        self._body.close()
        if self._face is not None:
            self._face.close()
        if self._appearance is not None:
            self._appearance.close()
        give_memory_back()

    def _search(self, frame: Frame, around: Pose) -> "Future[_Found]":
        assert self._beside is not None
        return self._beside.submit(self._find, frame.image, around)

    def _find(self, image: Image, around: Pose) -> _Found:
        assert self._face is not None
        faces = self._face.faces(image, around)
        # Which is the patient's is decided by the body of this frame; this one it nearly always is.
        likely = face_of(faces, around)
        return _Found(faces, None if likely is None else self._read(image, likely))

    def _read(self, image: Image, face: Face) -> tuple[Face, float]:
        """The face with its appearance, and its sharpness."""
        assert self._appearance is not None
        aligned = aligned_grey(image, face.landmarks_px)
        appearance = self._appearance.read(aligned)
        appearance.setflags(write=False)
        return replace(face, appearance=appearance), sharpness_of(aligned)

    def _met_now(self, seen: Observation) -> Observation:
        """The first body after a face without one: nothing says that they are the same person's."""
        if seen.pose is None:
            return seen
        self._met, face_alone, self._face_alone = True, self._face_alone, False
        return replace(seen, changed=True) if face_alone else seen

    def _patients_face(self, frame: Frame, pose: Pose | None, found: _Found | None) -> Face | None:
        """The patient's of the faces found; those are looked for now when no body was known to look around."""
        own = self._own_face(frame, pose, found)
        if own is None:
            return None
        ahead = None if found is None else found.read
        same = ahead is not None and ahead[0].landmarks_px is own.landmarks_px
        face, sharpness = ahead if ahead is not None and same else self._read(frame.image, own)
        return replace(face, reason=reason_of(face, sharpness, pose))

    def _own_face(self, frame: Frame, pose: Pose | None, found: _Found | None) -> Face | None:
        assert self._face is not None
        if pose is not None:
            return face_of(self._face.faces(frame.image, pose) if found is None else found.faces, pose)
        # Without the body a face may be anybody's. Only a stream that has shown no body yet may be of a face alone.
        if self._met:
            return None
        faces = self._face.faces(frame.image, None)
        if len(faces) != 1:
            return None
        self._face_alone = True
        return to_face(faces[0])

    def __enter__(self) -> "Perceive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
