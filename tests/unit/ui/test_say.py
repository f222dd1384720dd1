import pytest

from physio.messages import message, own_text
from physio.ui.say import plain, say, words

JOINER = "\N{WORD JOINER}"


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        ("**b** _i_ `c` $x$", r"\*\*b\*\* \_i\_ \`c\` \$x\$"),
        ("[l](x) ![p](y)", r"\[l\](x) !\[p\](y)"),
        ("<b> a<b 1 < 2", r"\<b> a\<b 1 < 2"),
        ("a_b_c C:\\x 1:23 20. 3-4", "a_b_c C:\\x 1:23 20. 3-4"),
        ("1. eins", r"1\. eins"),
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
