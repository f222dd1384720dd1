"""The patient's body in one frame after another: found, kept apart from other people, and refused where the frame
does not allow to measure it."""

import math
from dataclasses import replace
from pathlib import Path

from physio.networks.bundles import read_pose_bundle
from physio.perception.body_box import BodyBox, Box, masked
from physio.perception.identity import Identity
from physio.perception.image_quality import REFUSE_BELOW, BlurWatch, brightness
from physio.perception.people import PeopleFinder
from physio.perception.plausibility import BodyGate
from physio.perception.pose import PoseDetector
from physio.types import Frame, Image, Observation, Pose, Reason

MIN_TRUNK_SHARE = 0.05
"""Trunk of the smallest body that is near enough, as a share of the frame's longer side, which is the same however the
camera is turned and however many pixels the browser sends: 7 to 9 m away from a webcam. The network sees whole frames
in one small size; under 0.09 it loses people it did not know, under 0.05 it finds none (docs/validation.md)."""
MIN_TRUNK_PX = 30.0
"""Trunk of the smallest body with detail enough, whatever its share: angles are 2.9° off in full frames, in frames of
ever fewer pixels 3.3° at 41 px, 4.1° at 31 px and 5.5° at 25 px, where 8 of 100 are off by more than 15°."""
LOOK_S, LOOK_OTHERS_S, LOOK_AGAIN_S = 1.5, 1.0, 0.3
"""How often to look for others: when there are none, when there are, and to confirm somebody new."""
START_S = 1.0
"""Within this time of the first body the largest person is chosen, if MUCH_LARGER than the one found first."""
MUCH_LARGER = 1.25
SEEK_S = 2.0
"""How long only the chosen person is shown to the network, until it has found them."""
HIDE_S = 1.0
"""How long another person is hidden from the network, after it had gone over to them."""
LAST_SEEN_S = 0.5
"""How long after a body was lost blur where it was explains the loss."""


class BodyTracker:
    """Follows one person through one stream of frames; the largest in the first second, or whom follow() names.

    model is a pose_landmarker bundle. Not safe for calls from two threads at once.
    """

    def __init__(self, model: Path) -> None:
        content = read_pose_bundle(model)
        self._detector = PoseDetector(content)
        self._finder = PeopleFinder(content)
        self._gate = BodyGate()
        self._blur = BlurWatch()
        self._seen_s = -math.inf
        self._size_px = (0, 0)
        self._meet_anew()

    def _meet_anew(self) -> None:
        """Nobody is known yet."""
        self._identity = Identity()
        self._wish: int | None = None
        self._chosen = self._changed = False
        self._start_s: float | None = None
        self._look_s = 0.0
        self._seeking: tuple[float, BodyBox] | None = None
        self._astray: tuple[float, BodyBox] | None = None

    def forget(self) -> None:
        """The patient is somebody else from the next frame on: the largest in the second after it, or whom follow()
        names then."""
        self._meet_anew()
        self._changed = True

    def follow(self, number: int) -> bool:
        """From the next frame on the person of that number is the patient; False, and nothing happens, when nobody
        has it (any more)."""
        if not self._identity.knows(number):
            return False
        self._chosen, self._wish = True, number
        return True

    def step(self, frame: Frame) -> Observation:
        """What is seen of the patient's body in this frame; call in the order of time. RuntimeError after close()."""
        size_px = (frame.image.shape[1], frame.image.shape[0])
        self._resize(size_px)
        self._take_wish(frame.t_s)
        pose = self._detector.detect(replace(frame, image=self._shown(frame)))
        place = BodyBox.of(pose, size_px) if pose is not None else None
        if pose is None or place is None:
            return self._observed(frame, None, Reason.NO_PERSON, None)
        if not self._gate.step(frame.t_s, pose, size_px):
            return self._observed(frame, None, self._why_no_body(frame, place), None)
        if not self._is_patient(frame, place):
            self._astray = (frame.t_s, place)
            return self._observed(frame, None, Reason.SECOND_PERSON, None)
        self._astray = self._seeking = None
        self._seen_s = frame.t_s
        changed, self._changed = self._changed, False
        self._look_round(frame, place)
        return replace(self._observed(frame, pose, self._doubt(frame, place), place.box), changed=changed)

    def close(self) -> None:
        """Free the networks. Doing it twice is fine."""
        self._detector.close()
        self._finder.close()

    def _resize(self, size_px: tuple[int, int]) -> None:
        """A browser under load sends the same view in fewer pixels: everybody stays where they are in it."""
        before, self._size_px = self._size_px, size_px
        if before in ((0, 0), size_px):
            return
        scale = (size_px[0] / before[0], size_px[1] / before[1])
        self._identity.resize(scale)
        if self._seeking is not None:
            self._seeking = (self._seeking[0], self._seeking[1].resized(scale))
        if self._astray is not None:
            self._astray = (self._astray[0], self._astray[1].resized(scale))

    def _take_wish(self, t_s: float) -> None:
        number, self._wish = self._wish, None
        if number is not None:
            self._go_to(t_s, number)

    def _go_to(self, t_s: float, number: int) -> None:
        place = self._identity.follow(number)
        if place is not None:
            self._seeking, self._astray, self._changed = (t_s, place), None, True

    def _shown(self, frame: Frame) -> Image:
        """What the network gets to see: all, or only the chosen person, or all but those it must not follow."""
        if self._seeking is not None:
            since_s, place = self._seeking
            if frame.t_s - since_s <= SEEK_S:
                return masked(frame.image, place.box, keep=True)
            self._seeking = None
            self._identity.forget()
        if self._astray is not None:
            since_s, place = self._astray
            if frame.t_s - since_s <= HIDE_S:
                return masked(frame.image, place.box, keep=False)
            self._astray = None
        return frame.image

    def _is_patient(self, frame: Frame, place: BodyBox) -> bool:
        if self._identity.jumped(frame.t_s, place):
            elsewhere = self._finder.others(frame.image, place)
            if self._identity.went_over(frame.t_s, place, elsewhere):
                return False
        return self._identity.belongs(frame.t_s, place)

    def _look_round(self, frame: Frame, place: BodyBox) -> None:
        self._start_s = frame.t_s if self._start_s is None else self._start_s
        if frame.t_s < self._look_s:
            return
        self._identity.meet(frame.t_s, self._finder.others(frame.image, place))
        if self._identity.unsure():
            self._look_s = frame.t_s + LOOK_AGAIN_S
        else:
            self._look_s = frame.t_s + (LOOK_OTHERS_S if self._identity.places() else LOOK_S)
        largest = self._identity.largest_other()
        if largest and frame.t_s - self._start_s <= START_S and largest[1].trunk_px > MUCH_LARGER * place.trunk_px:
            self._go_to(frame.t_s, largest[0])

    def _doubt(self, frame: Frame, place: BodyBox) -> Reason:
        """What speaks against measuring the patient in this frame."""
        if place.trunk_px < MIN_TRUNK_SHARE * max(frame.image.shape[:2]):
            return Reason.TOO_FAR
        if place.trunk_px < MIN_TRUNK_PX:
            return Reason.LOW_RESOLUTION
        if brightness(frame.image, place.box) < REFUSE_BELOW:
            return Reason.TOO_DARK
        if self._blur.step(frame.image, place.box, place.trunk_px):
            return Reason.MOTION_BLUR
        return Reason.SECOND_PERSON if self._identity.people(frame.t_s) else Reason.OK

    def _why_no_body(self, frame: Frame, place: BodyBox) -> Reason:
        """Blur explains it where the patient was a moment ago and the frame is no longer sharp."""
        recent = frame.t_s - self._seen_s <= LAST_SEEN_S and not self._identity.jumped(frame.t_s, place)
        blurred = recent and self._blur.step(frame.image, place.box, place.trunk_px, learn=False)
        return Reason.MOTION_BLUR if blurred else Reason.NOT_A_BODY

    def _observed(self, frame: Frame, pose: Pose | None, reason: Reason, box: Box | None) -> Observation:
        people = self._identity.people(frame.t_s)
        return Observation(
            index=frame.index,
            t_s=frame.t_s,
            size_px=(frame.image.shape[1], frame.image.shape[0]),
            pose=pose,
            reason=reason,
            people=people,
            ambiguous=bool(people) and not self._chosen,
            brightness=brightness(frame.image, box),
        )
