"""Files that are no drawing, or that want to harm."""

import pytest

from sira.processes.bpmn.reading import MAX_DEPTH, read
from sira.processes.bpmn.writing import write
from sira.processes.refusals import NotReadable
from sira.processes.tests.drawing import HEAD, drawing, end, start, user

BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&lol2;</definitions>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&x;</definitions>"""


@pytest.mark.parametrize("source", [BOMB, OUTSIDE, BOMB.encode(), OUTSIDE.encode()])
def test_an_xml_bomb_is_refused_before_it_unfolds(source):
    with pytest.raises(NotReadable, match="document type"):
        read(source)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "not well-formed"),
        ("no xml at all", "not well-formed"),
        ("<html/>", "not a BPMN"),
        ("<definitions/>", "not a BPMN"),
        ("<x:definitions/>", "prefix"),
        (HEAD, "not well-formed"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", "encoding|well-formed"),
        ("<a>" * (MAX_DEPTH + 1), "nested too deeply"),
        ("x" * 5_000_001, "larger than"),
    ],
)
def test_what_is_no_drawing_is_refused_with_the_reason(source, reason):
    with pytest.raises(NotReadable, match=reason):
        read(source)


def test_everything_is_written_back_that_was_read():
    source = drawing(
        start(), user("work", name="Überprüfen & „ergänzen“ <jetzt>\nsofort"), end(), ways="start > work > end"
    )
    remarks = source.replace("<bpmn:process", "<!-- ours --><?tool keep?><bpmn:process")
    assert read(write(read(remarks))) == read(remarks)


def test_text_is_read_as_it_is_whatever_encoding_it_names():
    source = drawing(start(), user("work", name="Şifre sıfırla"), end(), ways="start > work > end")
    renamed = source.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    assert "Şifre sıfırla" in write(read(renamed))


def test_bytes_are_read_in_the_encoding_they_name():
    source = drawing(start(), user("work", name="Prüfen"), end(), ways="start > work > end")
    renamed = source.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("latin-1")
    assert "Prüfen" in write(read(renamed))
