"""What the program says before it is a sentence: a code and its parameters.

The core and the database hold Messages; `physio.language` turns them into the reader's language. No code compares
sentences.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Union

Value = Union[str, int, float, "Message"]
OWN_TEXT = "own_text"


@dataclass(frozen=True, slots=True)
class Message:
    """code: key of the sentence in the catalogues, room first ("rejected.too_shallow"); params: its placeholders by
    name. A number's unit is in its name; a Message as a parameter is a part that is itself translated."""

    code: str
    params: Mapping[str, Value] = field(default_factory=dict, hash=False)


def message(code: str, /, **params: Value) -> Message:
    """Message(code, params) without the braces."""
    return Message(code, params)


def own_text(text: str) -> Message:
    """Words that somebody wrote and nobody translates: a therapist's exercise, a sentence of an older version."""
    return message(OWN_TEXT, text=text)


def to_json(one: Message) -> str:
    """The message as it is stored; `from_json` gives an equal one back (NaN included)."""
    return json.dumps(_plain(one), ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Message:
    """The message that `to_json` wrote. Raises ValueError when it is none."""
    return _message(json.loads(text))


def _plain(one: Message) -> dict[str, Any]:
    params = {name: _plain(value) if isinstance(value, Message) else value for name, value in one.params.items()}
    return {"code": one.code, "params": params}


def _message(found: Any) -> Message:
    try:
        params = {
            name: _message(value) if isinstance(value, dict) else value for name, value in found["params"].items()
        }
        return Message(found["code"], params)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{found!r} is not a stored message") from error
