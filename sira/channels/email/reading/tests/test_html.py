"""HTML as text, and made safe."""

import pytest

from sira.channels.email.reading.html import sanitise, to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a<br>b", "a\nb"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a   \n b", "a b"),
        ("<b>a</b><i>b</i>", "ab"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<style>x{}</style>a<!-- b -->", "a"),
        ("a < b &lt; c &amp;amp; &nbsp;d", "a < b < c &amp; \xa0d"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ('<a href="x>y">a</a>', "a"),
        ("a<unfinished", "a"),
        ("<!-- never closed > a", "a"),
    ],
)
def test_text_is_what_a_reader_sees(markup, text):
    assert to_text(markup) == text


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<img src='https://tracker.example/p.gif'>",
        "<div style='background:url(https://t.example)'>x</div>",
        "<link rel=stylesheet href='https://t.example'>",
        "<iframe src='https://t.example'></iframe>",
        "<svg><image href='https://t.example'/></svg>",
        "<form action='https://t.example'><input></form>",
        "<base href='https://t.example'>",
        "<meta http-equiv=refresh content='0;url=https://t.example'>",
        "<table background='https://t.example'><tr><td>x</table>",
        "<video poster='https://t.example'></video>",
        "<img srcset='https://t.example 2x'>",
    ],
)
def test_nothing_runs_and_nothing_is_loaded_from_elsewhere(markup):
    safe = sanitise(markup)
    assert "t.example" not in safe and "tracker" not in safe and "alert" not in safe and "style" not in safe


def test_links_and_pictures_of_the_mail_itself_stay():
    safe = sanitise("<a href='https://x.org'>x</a><img src='cid:p1' alt='P'>")
    assert 'href="https://x.org"' in safe and 'rel="noopener noreferrer nofollow"' in safe and 'src="cid:p1"' in safe
