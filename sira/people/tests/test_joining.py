from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sira.people import addresses, joining, recognition
from sira.people.models import Address, Joining, Membership, Person, SignInLink, SupportGroup
from sira.people.tests.cast import NOON, a_person, an_administrator, an_agent
from sira.plumbing.refusals import NotAllowed

pytestmark = pytest.mark.django_db


def rows_of(*tables: type[Model]) -> dict[str, list[dict]]:
    return {table._meta.label: list(table.objects.order_by("pk").values()) for table in tables}


def test_after_a_join_both_addresses_are_one_person():
    kept, joined, agent = a_person(mail="a@example.org"), a_person(mail="b@example.org"), an_agent()
    joining.join(kept, joined, by=agent, at=NOON)
    assert recognition.person_of("mail", "b@example.org") == kept
    assert recognition.person_of("mail", "a@example.org") == kept


def test_who_was_joined_can_not_sign_in_and_the_kept_one_can_with_either_address(client):
    kept, joined, agent = a_person(mail="a@example.org"), a_person(mail="b@example.org"), an_agent()
    kept.set_password("quite long enough")
    kept.save()
    joining.join(kept, joined, by=agent, at=NOON)
    assert client.login(email="b@example.org", password="quite long enough")
    joined.refresh_from_db()
    assert not joined.is_active


def test_a_person_without_mail_takes_over_the_mail_of_the_other():
    kept, joined, agent = a_person(mail=""), a_person(mail="b@example.org"), an_agent()
    record = joining.join(kept, joined, by=agent, at=NOON)
    kept.refresh_from_db()
    assert kept.email == "b@example.org"
    joining.undo_join(record, by=agent, at=NOON)
    kept.refresh_from_db()
    joined.refresh_from_db()
    assert (kept.email, joined.email) == ("", "b@example.org")


def test_a_group_both_belong_to_is_kept_once():
    administrator, group = an_administrator(), SupportGroup.objects.create(key="it", name="IT")
    kept, joined = an_agent(), an_agent()
    for person in (kept, joined):
        Membership.objects.create(person=person, group=group)
    joining.join(kept, joined, by=administrator, at=NOON)
    assert kept.memberships.count() == joined.memberships.count() == 1


def test_the_record_of_who_acted_stays_as_told():
    first, second, third = an_agent(), an_agent(), an_administrator()
    record = joining.join(a_person(), a_person(), by=second, at=NOON)
    joining.join(first, second, by=third, at=NOON)
    record.refresh_from_db()
    assert record.by == second


def test_nobody_becomes_their_own_manager():
    kept, joined = a_person(), a_person()
    kept.manager = joined
    kept.save()
    joining.join(kept, joined, by=an_agent(), at=NOON)
    kept.refresh_from_db()
    assert kept.manager == joined


def test_joining_somebody_with_themselves_is_refused():
    person = a_person()
    with pytest.raises(joining.SamePerson):
        joining.join(person, person, by=an_agent(), at=NOON)


def test_a_requester_may_not_join_people():
    with pytest.raises(NotAllowed):
        joining.join(a_person(), a_person(), by=a_person(), at=NOON)


def test_only_an_administrator_joins_somebody_who_works_here():
    with pytest.raises(NotAllowed):
        joining.join(a_person(), an_agent(), by=an_agent(), at=NOON)


def test_a_person_is_joined_only_once():
    kept, joined, agent = a_person(), a_person(), an_agent()
    joining.join(kept, joined, by=agent, at=NOON)
    with pytest.raises(joining.AlreadyJoined):
        joining.join(a_person(), joined, by=agent, at=NOON)


def test_a_join_is_undone_once():
    agent = an_agent()
    record = joining.join(a_person(), a_person(), by=agent, at=NOON)
    joining.undo_join(record, by=agent, at=NOON)
    with pytest.raises(joining.AlreadyUndone):
        joining.undo_join(record, by=agent, at=NOON)


def test_a_chain_of_joins_is_undone_from_its_end():
    first, second, third, agent = a_person(), a_person(), a_person(), an_agent()
    inner = joining.join(second, first, by=agent, at=NOON)
    outer = joining.join(third, second, by=agent, at=NOON)
    with pytest.raises(joining.AlreadyJoined):
        joining.undo_join(inner, by=agent, at=NOON)
    joining.undo_join(outer, by=agent, at=NOON)
    joining.undo_join(inner, by=agent, at=NOON)
    assert recognition.person_of("mail", first.email) == first


def test_what_was_given_on_to_a_third_person_stays_there():
    kept, joined, third, agent = a_person(), a_person(), a_person(), an_agent()
    record = joining.join(kept, joined, by=agent, at=NOON)
    Address.objects.filter(value=joined.email).update(person=third)
    joining.undo_join(record, by=agent, at=NOON)
    assert recognition.person_of("mail", joined.email) == third


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    kept_addresses=st.integers(0, 3),
    joined_addresses=st.integers(0, 3),
    kept_groups=st.sets(st.integers(0, 2)),
    joined_groups=st.sets(st.integers(0, 2)),
    reports=st.integers(0, 2),
    one_without_mail=st.booleans(),
)
def test_join_then_undo_restores_everything(
    kept_addresses, joined_addresses, kept_groups, joined_groups, reports, one_without_mail
):
    administrator = an_administrator()
    kept, joined = an_agent(mail="" if one_without_mail else None), an_agent()
    groups = [SupportGroup.objects.get_or_create(key=f"g{n}", name=f"G{n}")[0] for n in range(3)]
    cast = ((kept, kept_addresses, kept_groups), (joined, joined_addresses, joined_groups))
    for person, addresses_of, of_groups in cast:
        for number in range(addresses_of):
            addresses.add_address(
                person, kind="mail", value=f"p{person.pk}n{number}@example.org", by=administrator, at=NOON
            )
        for number in of_groups:
            Membership.objects.create(person=person, group=groups[number], leads=number == 0)
    for _ in range(reports):
        a_person(manager=joined)
    addresses.mirror_for_sign_in(kept)
    addresses.mirror_for_sign_in(joined)
    tables = (Person, Address, Membership, SignInLink)
    before = rows_of(*tables)
    mirror = set(EmailAddress.objects.values_list("user", "email", "primary", "verified"))
    record = joining.join(kept, joined, by=administrator, at=NOON)
    joining.undo_join(record, by=administrator, at=NOON + timedelta(days=1))
    assert rows_of(*tables) == before
    assert set(EmailAddress.objects.values_list("user", "email", "primary", "verified")) == mirror
    assert Joining.objects.get(pk=record.pk).undone_by == administrator
