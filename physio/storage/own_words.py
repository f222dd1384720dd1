"""What people type on one line about a patient, as it is stored: normalised, trimmed, of a bounded length, and without
characters that nobody sees and that make two texts look alike or turn the text beside them round."""

import unicodedata

from physio.errors import StoreError
from physio.messages import Message

_NOT_ALLOWED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories: control, format (with the bidirectional marks and overrides), half a character, line breaks."""
_NEEDED = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")
"""Format characters that a name may need: Persian, the scripts of India, and composed emoji are not right without."""
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters by their category, but nothing is drawn: the fillers of Hangul."""
_PASTED = "\N{WORD JOINER}"
"""Pages put it between the signs of what they show, so it comes along when somebody copies from them."""
_SHOWN_BEFORE = 12


def one_line(text: str, field: Message, longest: int) -> str:
    """The text in Unicode's form NFC, without white space round it and word joiners in it. field: what it is called in
    the error.

    Raises StoreError when it is longer than so many characters, or when a character in it cannot be seen."""
    text = unicodedata.normalize("NFC", text.replace(_PASTED, "")).strip()
    for position, character in enumerate(text):
        if _unseen(character):
            sign, before = f"U+{ord(character):04X}", text[max(0, position - _SHOWN_BEFORE) : position]
            if before.strip():
                raise StoreError("storage.unseen_character", field=field, sign=sign, before=before)
            raise StoreError("storage.unseen_first_character", field=field, sign=sign)
    if len(text) > longest:
        raise StoreError("storage.too_long", field=field, count=len(text), most=longest)
    return text if any(character not in _NEEDED for character in text) else ""


def seen(text: str) -> str:
    """The text for a message about it: what cannot be seen, or turns round what stands beside it, by its number."""
    return "".join(f"[U+{ord(one):04X}]" if _unseen(one) else one for one in text)


def folded(text: str) -> str:
    """What texts have in common that are the same but for case or Unicode form: P001, p001, the wide Ｐ００１."""
    text = text.replace(_PASTED, "")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _unseen(character: str) -> bool:
    if character in _NEEDED:
        return False
    return unicodedata.category(character) in _NOT_ALLOWED or character in _BLANK_LETTERS
