"""Which answers travel packed."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from sira.shell.packing import PackingMiddleware

PAGE = "<p>Printer on floor 3</p>" * 200


def answered(response=None, *, cookie="", **headers):
    request = RequestFactory().get("/desk/", headers={"Accept-Encoding": "gzip, br", **headers})
    if cookie:
        request.COOKIES[cookie] = "kept"
    return PackingMiddleware(lambda request: response or HttpResponse(PAGE))(request)


def test_a_page_travels_packed():
    answer = answered()
    assert answer["Content-Encoding"] == "gzip" and gzip.decompress(answer.content).decode() == PAGE
    assert int(answer["Content-Length"]) == len(answer.content) < len(PAGE) / 10
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize("accepted", ["", "identity", "br, gzip;q=0", "gzip; q=0.000", "gzip;q=0, *"])
def test_who_cannot_unpack_gets_the_page_as_it_is(accepted):
    answer = answered(**{"Accept-Encoding": accepted})
    assert answer.content.decode() == PAGE and "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize("accepted", ["br, GZIP", "gzip;q=1.0, identity; q=0.5", "deflate, gzip ; q=0.01"])
def test_who_takes_it_with_some_weight_gets_it_packed(accepted):
    assert answered(**{"Accept-Encoding": accepted})["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("<p>Short</p>"),
        HttpResponse(PAGE, content_type="image/png"),
        HttpResponse(PAGE, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        HttpResponse(PAGE, headers={"Content-Encoding": "br"}),
        HttpResponse(PAGE, headers={"ETag": '"7"'}),
    ],
    ids=["short", "picture", "sheet", "packed before", "named by its octets"],
)
def test_left_as_it_is(response):
    before = response.content
    answer = answered(response)
    assert answer.content == before and answer.get("Content-Encoding") != "gzip"


def test_what_is_streamed_stays_a_stream():
    assert answered(StreamingHttpResponse([PAGE.encode()])).streaming


@pytest.mark.parametrize("kind", ["application/json", "application/problem+json", "text/csv; charset=utf-8"])
def test_what_programs_and_sheets_read_is_packed_too(kind):
    assert answered(HttpResponse(PAGE, content_type=kind))["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("over_tls", "cookie", "asks", "packed"),
    [
        (True, "sessionid", "same-origin", True),
        (True, "sessionid", "none", True),  # typed, or a bookmark
        (True, "sessionid", "cross-site", False),
        (True, "sessionid", "same-site", False),
        (True, "sessionid", "", False),  # an old browser
        (True, "__Host-sira-opened-INC-7", "cross-site", False),  # who came by the link of a mail
        (True, "", "cross-site", True),  # nothing of anybody's is on the page
        (False, "sessionid", "", True),  # without TLS browsers do not say, and who watches reads it anyway
    ],
)
def test_another_site_cannot_measure_what_a_signed_in_reader_s_page_packs_to(settings, over_tls, cookie, asks, packed):
    settings.SESSION_COOKIE_SECURE = over_tls
    answer = answered(cookie=cookie, **({"Sec-Fetch-Site": asks} if asks else {}))
    assert ("Content-Encoding" in answer) == packed


def test_the_same_page_does_not_always_travel_as_long():
    assert len({len(answered().content) for _time in range(40)}) > 5
