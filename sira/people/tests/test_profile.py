"""The page about oneself, in two windows."""

from sira.people.tests.cast import a_person

DETAILS = {"name": "Mia Novak", "language": "en", "theme": "system", "time_zone": "Europe/Warsaw"}


def seen_on(page):
    return page.content.decode().partition('name="seen" value="')[2].partition('"')[0]


def test_the_second_window_sees_what_the_first_one_kept(client, db):
    mia = a_person("Mia")
    client.force_login(mia)
    seen = seen_on(client.get("/profile/"))
    assert client.post("/profile/", DETAILS | {"seen": seen}).status_code == 302
    told = client.post("/profile/", DETAILS | {"name": "Mia Kovar", "seen": seen})
    assert told.status_code == 409
    assert "Mia Kovar" in told.content.decode()
    assert "Mia Novak" in told.content.decode()
    mia.refresh_from_db()
    assert mia.name == "Mia Novak"
    assert client.post("/profile/", DETAILS | {"name": "Mia Kovar", "seen": seen_on(told)}).status_code == 302
    mia.refresh_from_db()
    assert mia.name == "Mia Kovar"


def test_a_refusal_in_between_does_not_hide_what_the_first_window_kept(client, db):
    mia = a_person("Mia")
    client.force_login(mia)
    seen = seen_on(client.get("/profile/"))
    client.post("/profile/", DETAILS | {"seen": seen})
    refused = client.post("/profile/", DETAILS | {"name": "", "seen": seen})
    assert refused.status_code == 422
    told = client.post("/profile/", DETAILS | {"name": "Mia Kovar", "seen": seen_on(refused)})
    assert told.status_code == 409
    mia.refresh_from_db()
    assert mia.name == "Mia Novak"
