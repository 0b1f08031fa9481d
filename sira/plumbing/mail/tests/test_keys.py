from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sira.plumbing.mail import keys

SECRETS = ["the newest key of the desk, long enough", "an older key of the desk, long enough"]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_reply_address_names_its_ticket():
    address = keys.reply_address("help@desk.example", "INC-1042", SECRETS)
    assert address.startswith("help+INC-1042.") and address.endswith("@desk.example")
    assert keys.number_in(address, SECRETS) == "INC-1042"


def test_a_reply_address_fits_in_64_characters_before_the_at():
    address = keys.reply_address("customer-care-and-more@desk.example", "INC-1000000000", SECRETS)
    assert len(address.partition("@")[0]) <= 64


@pytest.mark.parametrize("change", [str.lower, str.upper, str.swapcase, lambda a: f" {a} "])
def test_the_case_that_mail_servers_change_does_not_matter(change):
    address = keys.reply_address("help@desk.example", "INC-1042", SECRETS)
    assert keys.number_in(change(address), SECRETS) == "INC-1042"


def test_a_key_of_another_ticket_or_another_desk_is_not_ours():
    address = keys.reply_address("help@desk.example", "INC-1042", SECRETS)
    assert keys.number_in(address.replace("1042", "1043"), SECRETS) is None
    assert keys.number_in(address, ["a desk elsewhere with its own long key"]) is None
    assert keys.number_in("help+INC-1042@desk.example", SECRETS) is None
    assert keys.number_in("help@desk.example", SECRETS) is None


def test_an_old_key_still_counts_after_the_secret_was_changed():
    old = keys.reply_address("help@desk.example", "INC-1042", SECRETS[1:])
    assert keys.number_in(old, SECRETS) == "INC-1042"


@given(st.text(max_size=80))
def test_no_address_breaks_the_check(address):
    assert keys.number_in(address, SECRETS) is None


def test_a_link_opens_what_it_was_made_for_until_its_time():
    token = keys.link_token("ticket", {"ticket": 7, "person": 3}, until=NOON, secrets=SECRETS[1:])
    read = keys.read_link_token("ticket", token, at=NOON - timedelta(seconds=1), secrets=SECRETS)
    assert read == {"ticket": 7, "person": 3}
    for purpose, text, at in [
        ("ticket", token, NOON),
        ("approval", token, NOON - timedelta(days=1)),
        ("ticket", token[:-1] + ("A" if token[-1] != "A" else "B"), NOON - timedelta(days=1)),
        ("ticket", "", NOON),
        ("ticket", "a.b.c", NOON),
    ]:
        with pytest.raises(keys.LinkRefused):
            keys.read_link_token(purpose, text, at=at, secrets=SECRETS)
