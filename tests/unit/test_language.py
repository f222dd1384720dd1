import math
from datetime import UTC, datetime

import numpy as np
import pytest

from physio.language import english, language, languages
from physio.messages import OWN_TEXT, from_json, message, own_text, to_json

ENGLISH, GERMAN = language("en"), language("de")


def test_languages_call_themselves_by_their_own_name():
    assert {("en", "English"), ("de", "Deutsch")} <= {(code, language(code).name) for code in languages()}
    with pytest.raises(KeyError):
        language("xx")


def test_a_sentence_is_said_in_the_language():
    one = message("reason.no_person")
    assert (ENGLISH.say(one), GERMAN.say(one)) == ("no one in view", "niemand im Bild")


def test_numbers_have_the_decimal_sign_of_the_language():
    slope = message("ui_calibration.sloped", offset="+2°", slope=1.05)
    assert ENGLISH.say(slope) == "+2°, slope 1.05"
    assert GERMAN.say(slope) == "+2°, Steigung 1,05"
    assert (ENGLISH.number(2.64, 1), GERMAN.number(2.64, 1)) == ("2.6", "2,6")


def test_an_unknown_number_is_a_dash_also_when_the_message_lacks_it():
    assert ENGLISH.number(math.nan) == "–"
    assert ENGLISH.say(message("ui.target", target_deg=math.nan)) == "target –°"
    assert ENGLISH.say(message("ui.target")) == "target –°"
    assert GERMAN.say(message("ui_upload.analyse_for")) == "– Videos für – auswerten"
    assert GERMAN.say(message(OWN_TEXT)) == "–"


def test_whole_numbers_with_decimals_have_the_decimal_sign_of_the_language():
    too_quick = message("rejected.too_quick", duration_s=np.float32(0.5), min_s=1)
    assert GERMAN.say(too_quick) == "Zu schnell: 0,5 s, nötig sind 1,0 s"


@pytest.mark.parametrize(("count", "said"), [(0, "0 Videos"), (1, "1 Video"), (3, "3 Videos")])
def test_plural_forms_go_by_the_count(count, said):
    assert GERMAN.say(message("ui_upload.analyse_for", count=count, code="P001")) == f"{said} für P001 auswerten"


def test_a_message_within_a_message_is_said_in_the_same_language():
    nested = message("ui_live.view_advice", seen=message("part.feet"), advice=message("part.legs"))
    assert GERMAN.say(nested) == f"{GERMAN.say(message('part.feet'))}. {GERMAN.say(message('part.legs'))}"
    assert GERMAN.say(nested) != ENGLISH.say(nested)


def test_what_nobody_translates_is_said_as_it_is():
    assert GERMAN.say(own_text("{left} heel")) == "{left} heel"
    assert GERMAN.say(message("of.another_version", n=1)) == "of.another_version"


def test_dates_follow_the_pattern_and_the_language():
    moment = datetime(2026, 3, 6, 9, 5, tzinfo=UTC)
    assert ENGLISH.date(moment, "d MMM y, HH:mm") == "6 Mar 2026, 09:05"
    assert GERMAN.date(moment, "d. MMMM y") == "6. März 2026"


def test_charts_get_the_names_of_days_and_months_in_order():
    assert GERMAN.symbols.days[:2] == ("Sonntag", "Montag")
    assert GERMAN.symbols.months[2] == "März"
    assert ENGLISH.symbols.short_months[11] == "Dec"
    assert (GERMAN.symbols.decimal, GERMAN.symbols.thousands) == (",", ".")


def test_a_stored_message_comes_back_as_it_was():
    one = message("ui_live.view_advice", view=message("view.left"), advice=own_text("– closer"))
    assert from_json(to_json(one)) == one
    assert from_json(to_json(one)).params == one.params
    with pytest.raises(ValueError, match="not a stored message"):
        from_json("[1]")


def test_what_rounds_to_nothing_has_no_sign():
    assert [english(message("ui.plain_number", value=value)) for value in (-0.3, 0.3, -0.6)] == ["0", "0", "-1"]
    assert language("de").number(-0.04, 1) == "0,0"
