"""Who was signed out while they wrote sees what they typed, and nothing that they did not type."""

from sira.shell.signed_out import typed


def test_only_what_somebody_typed_is_shown_again_by_the_name_of_its_question(rf):
    given = {"answer.reason": "It is slow", "name": "IT", "seen": "name:ff2fe0e50e42", "csrfmiddlewaretoken": "x"}
    hidden = {"seen.tags": "vpn", "password": "open sesame", "empty": " "}
    assert typed(rf.post("/", given | hidden)) == "reason: It is slow\nname: IT"
