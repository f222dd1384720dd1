"""The colours of charts and tiles, read from the one theme file (.streamlit/config.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Literal

from physio.config import ROOT
from physio.types import FaceState

Mode = Literal["light", "dark"]
THEME_FILE = ROOT / ".streamlit" / "config.toml"


@dataclass(frozen=True, slots=True)
class Palette:
    """Hex colours by meaning (see the head of the theme file), the page's own colours and its font. pain is the end of
    the ramp that starts at neutral; unusable is the grey of what may not be shown; resting, engaged, discomfort and
    distress are, with pain, the five states of a face."""

    mode: Mode
    font: str
    background: str
    surface: str
    text: str
    muted: str
    border: str
    left: str
    right: str
    both: str
    correct: str
    deviating: str
    warning: str
    error: str
    pain: str
    neutral: str
    unusable: str
    resting: str
    engaged: str
    discomfort: str
    distress: str

    def side(self, side: str) -> str:
        """The colour of "left", "right" or anything else (both, trunk)."""
        return {"left": self.left, "right": self.right}.get(side, self.both)

    def state(self, state: FaceState) -> str:
        """The colour of what a face shows; KeyError for one of no state. Told apart by people who confuse colours too,
        though never by its colour alone."""
        return {
            FaceState.NEUTRAL: self.resting,
            FaceState.ENGAGED: self.engaged,
            FaceState.MILD_DISCOMFORT: self.discomfort,
            FaceState.PAIN: self.pain,
            FaceState.HIGH_DISTRESS: self.distress,
        }[state]


_DERIVED = {
    "light": {
        "muted": "#56636b",
        "neutral": "#e4e7ea",
        "unusable": "#7b868d",
        "resting": "#778394",
        "engaged": "#009e73",
        "discomfort": "#a0622a",
        "distress": "#250b1c",
    },
    "dark": {
        "muted": "#9fadb5",
        "neutral": "#33404a",
        "unusable": "#6f7d86",
        "resting": "#696c6c",
        "engaged": "#219b63",
        "discomfort": "#f7bc45",
        "distress": "#faeef4",
    },
}


@cache
def palette(mode: Mode = "light") -> Palette:
    """The palette of one mode. Raises KeyError when the theme file lost a colour."""
    theme = tomllib.loads(THEME_FILE.read_text(encoding="utf-8"))["theme"]
    colours = theme[mode]
    return Palette(
        mode=mode,
        font=theme["font"],
        background=colours["backgroundColor"],
        surface=colours["secondaryBackgroundColor"],
        text=colours["textColor"],
        border=colours["borderColor"],
        left=colours["blueColor"],
        right=colours["orangeColor"],
        both=colours["grayColor"],
        correct=colours["greenColor"],
        deviating=colours["blueColor"],
        warning=colours["yellowColor"],
        error=colours["redColor"],
        pain=colours["violetColor"],
        **_DERIVED[mode],
    )
