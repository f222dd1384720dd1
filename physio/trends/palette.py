"""The colours of charts and tiles, read from the one theme file (.streamlit/config.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Literal

from physio.config import ROOT

Mode = Literal["light", "dark"]
THEME_FILE = ROOT / ".streamlit" / "config.toml"


@dataclass(frozen=True, slots=True)
class Palette:
    """Hex colours by meaning (see the head of the theme file), the page's own colours and its font. pain is the end of
    the ramp that starts at neutral; unusable is the grey of what may not be shown."""

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

    def side(self, side: str) -> str:
        """The colour of "left", "right" or anything else (both, trunk)."""
        return {"left": self.left, "right": self.right}.get(side, self.both)


_DERIVED = {
    "light": {"muted": "#56636b", "neutral": "#e4e7ea", "unusable": "#7b868d"},
    "dark": {"muted": "#9fadb5", "neutral": "#33404a", "unusable": "#6f7d86"},
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
