from sira.processes.tasks import particulars

HEADERS = {
    "text": "On {day}: {parts}, {number} of them",
    "text:fa": "در {day}: {parts}، {number} تا",
    "text:tr": "{at} günü",
}
VALUES = {"day": "2026-11-24", "at": "2026-11-24T13:36", "parts": ["A-17", "B"], "number": 12}


def test_dates_and_numbers_are_told_as_the_language_writes_them():
    assert particulars.texts(HEADERS, "text", VALUES) == {
        "en": "On 24 Nov 2026: A-17, B, 12 of them",
        "fa": "در ۳ آذر ۱۴۰۵: \u2068A-17\u2069، \u2068B\u2069، ۱۲ تا",
        "tr": "24 Kas 2026, 13:36 günü",
    }


def test_what_was_typed_in_latin_letters_keeps_its_edges_in_a_persian_line():
    said = {"text:fa": "دستور جلسه: {agenda}", "subject:fa": "هیئت: {agenda}"}
    for typed, told in (
        ("1. CHG-12, 50% done!\n2. VPN (3.1).", "\u20681. CHG-12, 50% done!\u2069\n\u20682. VPN (3.1).\u2069"),
        ("۱. CHG-12 سوییچ تازه", "۱. CHG-12 سوییچ تازه"),
    ):
        assert particulars.texts(said, "text", {"agenda": typed})["fa"] == f"دستور جلسه: {told}"
        assert particulars.texts(said, "subject", {"agenda": typed})["fa"] == f"هیئت: {typed}"


def test_what_only_looks_like_a_date_stays_as_it_is():
    assert particulars.told("2026-13-45", "en") == "2026-13-45"
    assert particulars.told("2026-11-24 or later", "en") == "2026-11-24 or later"
    assert particulars.told(None, "fa") == ""


def test_a_ticked_box_is_told_as_yes_in_the_language_of_what_is_written():
    said = {
        "text": "Urgent: {urgent}",
        "text:tr": "Acil: {urgent}",
        "text:fa": "فوری: {urgent}",
        "text:pl": "Pilne: {urgent}",
    }
    told = {"en": "Urgent: yes", "tr": "Acil: evet", "fa": "فوری: بله", "pl": "Pilne: tak"}
    assert particulars.texts(said, "text", {"urgent": True}) == told
    assert particulars.told([True, False], "tr") == "evet, hayır" and particulars.told(1, "tr") == "1"
