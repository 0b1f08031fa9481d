"""Who was signed out while they wrote sees what they typed, and nothing that they did not type."""

import pytest

from sira.shell.signed_out import typed


def test_only_what_somebody_typed_is_shown_again_by_the_name_of_its_question(rf):
    given = {"answer.reason": "It is slow", "name": "IT", "seen": "name:ff2fe0e50e42", "csrfmiddlewaretoken": "x"}
    hidden = {"seen.tags": "vpn", "password": "open sesame", "empty": " "}
    assert typed(rf.post("/", given | hidden)) == "reason: It is slow\nname: IT"


@pytest.mark.parametrize(
    ("address", "posted", "shown"),
    [
        ("/profile/", {"name": "Mia", "time_zone": "Europe/Warsaw"}, ["Name: Mia", "Time zone: Europe/Warsaw"]),
        ("/studio/organisations/new/", {"name": "Night shift", "mail": "n@x.example"}, ["Name: Night shift"]),
        ("/desk/new/", {"subject": "VPN", "text": "It drops"}, ["Subject: VPN"]),
    ],
)
def test_what_was_typed_stands_under_the_labels_of_its_fields(client, db, address, posted, shown):
    page = client.post(address, posted)
    assert page.status_code == 403
    for line in shown:
        assert line in page.content.decode()
