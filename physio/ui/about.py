"""The texts and tables of the About page."""

import platform
from html import escape

import streamlit as st

from physio import __version__
from physio.config import Settings
from physio.networks.assets import ModelPaths
from physio.ui import texts

_PURPOSE = f"""
**{texts.INTENDED_USE}** It does not replace clinical examination, and it is not intended to independently direct
therapy. Assessment of the patient, guidance and approval by a qualified professional are required before it is used.

physio measures joint angles, repetitions and the form of exercises from one ordinary camera, live or from a recording,
and shows how they change over the weeks. It is research and education software: not CE-marked, not cleared by the FDA.
"""
_LIMITS = """
- **Angles are estimates.** They are only as good as the body landmarks found in the picture. Expect several degrees
  of error in the right view and much more in the wrong one; a joint that cannot be seen is left out, not guessed.
- **One person, whole body, good light**, 2 to 3 metres from the camera. Loose clothes, mirrors, furniture in front and
  a second person make it worse.
- **A small difference is no change.** Ranges of motion are shown with their expected error, and the Trends page calls a
  difference a change only beyond what both errors explain. Where no error is shown, assume at least 10° for large
  joints in the sagittal plane, 8° for shoulder abduction from the front and 15° for anything else.
- **Pain and state are read from the face alone.** They are estimates of what the face shows, not of what a person
  feels. Effort, speech and light change them; beards, masks, age, dementia and facial palsy make them unreliable. Ask
  the patient. Tell people that their face is analysed, and switch it off when they do not want it.
- **Rotations about the long axis of a limb** cannot be measured with one camera and are not reported.
"""


def purpose() -> None:
    """What it is for."""
    st.subheader("What it is for", anchor=False)
    st.markdown(_PURPOSE)


def limits() -> None:
    """What it cannot do."""
    st.subheader("What it cannot do", anchor=False)
    st.markdown(_LIMITS)


def whereabouts(settings: Settings) -> None:
    """Where the data lies and how to get rid of it."""
    st.subheader("Where your data is", anchor=False)
    st.markdown(
        "Everything stays on this computer, in one file. No picture is ever stored, no face landmark either; uploaded "
        "videos are deleted as soon as they are scored. Nothing is sent anywhere."
    )
    st.code(f"{settings.database}\n{settings.models_dir}", language=None, wrap_lines=True)
    st.markdown(
        "Deleting a patient on the Patients page removes all their sessions. To remove everything, close physio and "
        "delete the database file."
    )


def versions(models: ModelPaths) -> None:
    """What exactly is running."""
    st.subheader("Versions", anchor=False)
    st.markdown(f"physio {__version__}, Python {platform.python_version()}. Apache License 2.0.")
    st.caption("Model bundles, SHA-256; kept with every session")
    rows = "".join(f"<b>{escape(name)}</b><code>{escape(sha)}</code>" for name, sha in models.checksums.items())
    st.html(f'<div class="ph-sums">{rows}</div>')
