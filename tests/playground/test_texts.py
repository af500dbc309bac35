"""What the playground says: Slack's markup as safe HTML, and the same words in each language."""

import re
from pathlib import Path

import pytest

from bot import playground
from bot.playground.cast import FOLDER, LANGUAGES, people, scenes, words
from bot.playground.mrkdwn import Reader

READ = Reader({"UANA": "Ana Costa", "CGENERAL": "general"}.get, "en")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ ~no~", "<b>bold</b> <i>it</i> <s>no</s>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("`a*b*`", "<code>a*b*</code>"),
        ("a\nb", "a<br>b"),
        ("&gt; one\n&gt; two\nthree", "<blockquote>one<br>two</blockquote>three"),
        (
            "<@UANA> <#CGENERAL>",
            '<span class="mention">@Ana Costa</span> <span class="mention">#general</span>',
        ),
        ("<!channel>", '<span class="mention broadcast">@channel</span>'),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("<script>alert(1)</script>", "script/script"),
        ("<javascript:alert(1)|x>", "x"),
        ('<https://x.example/?a=1&amp;b="|x>', "&amp;b=&#34;"),
        ("*<@UANA>*", '<b><span class="mention">@Ana Costa</span></b>'),
        ("<!date^1760000000^{date_long}|then>", "Thursday, October 9, 2025"),
        ("<!date^soon^{date}|then>", "then"),
        ("\ue0000\ue001", "0"),
    ],
)
def test_mrkdwn(text, html):
    """Each mark becomes its tag and nothing of the text becomes one."""
    shown = READ.mrkdwn(text)

    if html == "script/script":
        assert "<script" not in shown
    else:
        assert html in shown


def test_conversations_are_the_same_in_every_language():
    """The languages have the same people, places and number of lines, so that a change loses none."""
    shapes = [
        [(s.id, s.person, s.name, len(s.opening), len(s.asks_again)) for s in scenes(language)]
        for language in LANGUAGES
    ]

    assert shapes[0] == shapes[1] == shapes[2]
    assert {shape[1] for shape in shapes[0]} <= people().keys()
    assert all(4 <= shape[4] <= 6 for shape in shapes[0])


def test_every_language_has_the_words_the_pages_use():
    """No label is missing in a language, and none is there for nothing."""
    drawn = "".join(path.read_text() for path in FOLDER.glob("*.html"))
    code = "".join(path.read_text() for path in Path(playground.__file__).parent.glob("*.py"))
    known = [words(language).keys() for language in LANGUAGES]

    assert known[0] == known[1] == known[2]
    assert set(re.findall(r"words\.(\w+)", drawn)) <= known[0]
    assert [name for name in known[0] if f"words.{name}" not in drawn and f'"{name}"' not in code] == []
