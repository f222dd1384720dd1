import pytest

from physio.messages import message, own_text
from physio.ui.say import Markdown, capital, plain, say, words

JOINER = "\N{WORD JOINER}"


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        ("**b** _i_ `c` $x$", r"\*\*b\*\* \_i\_ \`c\` \$x\$"),
        ("[l](x) ![p](y)", r"\[l\](x) !\[p\](y)"),
        ("<b> a<b 1 < 2", r"\<b> a\<b 1 < 2"),
        ("a_b_c C:\\x 1:23 20. 3-4", "a_b_c C:\\x 1:23 20. 3-4"),
        ("1. eins", r"1\. eins"),
        ("123) x", r"123\) x"),
        ("100. Straße", r"100\. Straße"),
        ("123456789. x", r"123456789\. x"),
        ("1234567890. x", "1234567890. x"),
        ("1:100: 10:8ball:", rf"1:{JOINER}100: 10:{JOINER}8ball:"),
        ("1:100 10:30:15", "1:100 10:30:15"),
        ("pain >= 5 <= 7 ~= 6", rf"pain >{JOINER}= 5 <{JOINER}= 7 \~{JOINER}= 6"),
        ("- x", r"\- x"),
        ("two\n\n    lines", "two lines"),
        (
            ":red[r] http://e www.e a@b ->",
            rf":{JOINER}red\[r\] http{JOINER}:{JOINER}//e www{JOINER}.e a@{JOINER}b -{JOINER}>",
        ),
    ],
)
def test_what_markdown_would_take_for_its_own_is_quoted_and_nothing_else(typed, quoted):
    assert plain(typed) == quoted
    assert plain(plain(typed)) == quoted, "quoted once"


def test_words_of_somebody_are_quoted_in_a_sentence_wherever_they_stand_in_it():
    listed = message("ui.patient_listed", code="P_", name="**A**")
    assert say(listed) == r"P\_ · \*\*A\*\*"
    assert say("ui_live.fault", number=2, fault=own_text("**A**")) == words(
        "ui_live.fault", number=2, fault=r"\*\*A\*\*"
    )
    assert say(own_text("$x$")) == r"\$x\$"
    assert say("no_such.code_*") == r"no_such.code\_\*"
    assert words(listed) == "P_ · **A**"


def test_what_is_said_already_is_quoted_once_in_another_sentence():
    assert say("ui.patient_listed", code=say(own_text("*")), name="") == r"\* · "


def test_a_capital_leaves_what_it_is():
    assert plain(capital(say(own_text("x*")))) == r"X\*"
    assert not isinstance(capital("x*"), Markdown)
    assert capital("") == ""
