"""Roles that administrators make: what they add, where they count, and what they cannot become."""

import pytest
from django.db import IntegrityError, transaction

from sira.api import tokens
from sira.people import addresses, persons, rights, roles, second_factor
from sira.people.joining import join, undo_join
from sira.people.models import GivenRole, Organisation, Person, SupportGroup
from sira.people.rights import Reach, Right
from sira.people.tests.cast import NOON, a_person, an_administrator, an_agent
from sira.plumbing.refusals import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ewa() -> Person:
    return an_administrator()


@pytest.fixture
def it() -> SupportGroup:
    return SupportGroup.objects.create(key="it", name="IT")


@pytest.fixture
def halden() -> Organisation:
    return Organisation.objects.create(name="Halden", kind="customer")


def a_role(by: Person, *names: str, key: str = "made", name: str = "Made") -> roles.MadeRole:
    return roles.make_role(key, name=name, rights_of_it=names, by=by)


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_a_made_role_adds_its_rights_and_takes_them_along_when_it_goes(ewa):
    nadia, auditor = an_agent(), a_role(ewa, "audit", "draw")
    given = roles.give_role(nadia, auditor, by=ewa)
    assert rights.held(fresh(nadia)) == {Right.WORK, Right.AUDIT, Right.DRAW}
    assert rights.has(fresh(nadia), Right.AUDIT) and not rights.has(fresh(nadia), Right.MAIL)
    roles.change_role(auditor, name="Auditor", rights_of_it=["mail"], by=ewa)
    assert rights.held(fresh(nadia)) == {Right.WORK, Right.MAIL}
    assert rights.held(roles.take_role(given, by=ewa)) == {Right.WORK}
    assert fresh(nadia).made_rights == {}


def test_a_role_given_for_a_group_counts_there_and_nowhere_else(ewa, it, halden):
    tom, worker = a_person(), a_role(ewa, "work", "lead")
    roles.give_role(tom, worker, group=it, by=ewa)
    tom = fresh(tom)
    assert tom.is_agent and tom in Person.objects.agents()
    assert rights.reach(tom, Right.LEAD) == Reach(groups=(it.pk,))
    assert not rights.has(tom, Right.WORK) and rights.has_somewhere(tom, Right.WORK)
    with pytest.raises(NotAllowed):
        persons.put_in_group(tom, SupportGroup.objects.create(key="hr", name="HR"), by=ewa)
    persons.put_in_group(tom, it, by=ewa)
    roles.take_role(GivenRole.objects.get(), by=ewa)
    assert not fresh(tom).memberships.exists(), "who works here no more belongs to no group"


def test_a_role_with_a_right_used_by_those_who_work_here_has_the_right_to_work(ewa):
    assert a_role(ewa, "see_all").rights == ["work", "see_all"]


def test_a_right_over_the_whole_desk_is_not_given_for_a_part(ewa, it, halden):
    tom, mixed = a_person(), a_role(ewa, "work", "audit")
    with pytest.raises(roles.WholeDesk) as refused:
        roles.give_role(tom, mixed, group=it, by=ewa)
    assert "Read the audit trail" in str(refused.value) and "IT" in str(refused.value)
    with pytest.raises(roles.WholeDesk):
        roles.give_role(tom, a_role(ewa, "lead", key="l"), organisation=halden, by=ewa)
    worker = a_role(ewa, "work", key="w")
    roles.give_role(tom, worker, organisation=halden, by=ewa)
    with pytest.raises(roles.WholeDesk):
        roles.change_role(worker, name="W", rights_of_it=["work", "administer"], by=ewa)
    assert not rights.may_administer(fresh(tom))


def test_nobody_makes_gives_changes_or_takes_what_they_lack(ewa, it):
    steward = fresh(given(a_person("Stew Ard"), a_role(ewa, "administer", "work"), ewa))
    tom, auditor = a_person(), a_role(ewa, "audit", key="auditor")
    kept = roles.give_role(a_person(), auditor, by=ewa)
    assert rights.may_administer(steward)
    for act in (
        lambda: a_role(steward, "mail", key="mailer"),
        lambda: roles.give_role(tom, auditor, by=steward),
        lambda: roles.give_role(steward, auditor, by=steward),
        lambda: roles.change_role(auditor, name="A", rights_of_it=["work"], by=steward),
        lambda: roles.take_role(kept, by=steward),
        lambda: roles.forget_role(auditor, by=steward),
    ):
        with pytest.raises(roles.MoreThanOwn):
            act()
    with pytest.raises(NotAllowed):
        persons.change_role(tom, role="manager", by=steward)
    with pytest.raises(NotAllowed):
        persons.create_person(name="New", role="administrator", by=steward, at=NOON)
    assert persons.change_role(tom, role="agent", by=steward).role == "agent"
    roles.give_role(tom, a_role(steward, "work", key="worker"), group=it, by=steward)


def test_a_made_administrator_gets_at_no_account_that_may_do_more(ewa):
    """By its password, its address, its second factor, a token or a join they would be whoever it is."""
    steward = fresh(given(a_person("Stew Ard"), a_role(ewa, "administer"), ewa))
    auditor = fresh(given(a_person("Aud Itor"), a_role(ewa, "audit", key="auditor"), ewa))
    for person in (ewa, auditor):
        for act in (
            lambda person=person: persons.set_password(person, password="a long one, surely", by=steward),
            lambda person=person: addresses.add_address(
                person, kind="mail", value="mine@example.org", by=steward, at=NOON
            ),
            lambda person=person: second_factor.take_away(person, proven="seen", by=steward, way="page", at=NOON),
            lambda person=person: tokens.give("t", person=person, by=steward, at=NOON, expires_at=NOON),
            lambda person=person: join(steward, person, by=steward, at=NOON),
            lambda person=person: persons.let_go(person, by=steward),
            lambda person=person: persons.change_role(person, role="requester", by=steward),
        ):
            with pytest.raises(NotAllowed):
                act()
    with pytest.raises(NotAllowed):  # an agent changes requesters, and this one is more
        persons.change_details(auditor, name="Other", by=an_agent())


def test_an_administrator_by_a_made_role_is_not_the_last_one(ewa):
    given(a_person(), a_role(ewa, *Right.values), ewa)
    with pytest.raises(persons.LastAdministrator):
        persons.change_role(ewa, role="agent", by=ewa)


def test_who_administers_by_a_made_role_needs_a_second_factor_too(ewa, settings):
    steward, tom = fresh(given(a_person(), a_role(ewa, "administer"), ewa)), a_person()
    settings.SECOND_FACTOR_FOR = ("administrator",)
    assert second_factor.asked_of(steward) and not second_factor.asked_of(tom)
    settings.SECOND_FACTOR_FOR = ()
    assert not second_factor.asked_of(steward)


def test_a_role_that_somebody_has_stays(ewa, it):
    tom, worker = a_person(), a_role(ewa, "work")
    kept = roles.give_role(tom, worker, group=it, by=ewa)
    assert roles.made_roles().get().holders == 1
    with pytest.raises(roles.RoleInUse):
        roles.forget_role(worker, by=ewa)
    roles.take_role(kept, by=ewa)
    roles.forget_role(worker, by=ewa)


def test_a_role_is_given_once_for_a_place(ewa, it):
    tom, worker = a_person(), a_role(ewa, "work")
    for place in ({}, {"group": it}):
        roles.give_role(tom, worker, **place, by=ewa)
        with pytest.raises(roles.GivenAlready):
            roles.give_role(tom, worker, **place, by=ewa)


def test_whoever_is_let_go_loses_made_roles_too(ewa):
    tom = given(a_person(), a_role(ewa, "audit"), ewa)
    persons.let_go(tom, by=ewa)
    assert fresh(tom).made_rights == {} and not tom.given_roles.exists()


def test_what_a_group_gave_ends_with_the_group(ewa, it):
    tom, worker = a_person(), a_role(ewa, "work")
    roles.give_role(tom, worker, group=it, by=ewa)
    it.delete()
    assert fresh(tom).made_rights == {}


def test_roles_move_with_a_join_and_back(ewa):
    first, second = a_person(), given(a_person(), a_role(ewa, "audit"), ewa)
    done = join(first, second, by=ewa, at=NOON)
    assert rights.has(fresh(first), Right.AUDIT) and not rights.held(fresh(second))
    undo_join(done, by=ewa, at=NOON)
    assert rights.has(fresh(second), Right.AUDIT) and not rights.held(fresh(first))


def test_the_database_keeps_the_rights_of_a_person_in_step_whoever_writes(ewa, it, halden):
    tom, worker = a_person(), a_role(ewa, "work")
    rows = [GivenRole(person=tom, role=worker, **place) for place in ({"group": it}, {"organisation": halden})]
    GivenRole.objects.bulk_create(rows)
    where = {"everywhere": False, "groups": [it.pk], "organisations": [halden.pk]}
    assert fresh(tom).made_rights == {"work": where}
    with pytest.raises(IntegrityError), transaction.atomic():
        GivenRole.objects.create(person=tom, role=worker, group=it, organisation=halden)
    GivenRole.objects.all().delete()
    assert fresh(tom).made_rights == {}


@pytest.mark.parametrize("names", [[], ["fly"]])
def test_a_role_has_rights_that_there_are(ewa, names):
    with pytest.raises((roles.NoRights, ValueError)):
        a_role(ewa, *names)


def test_a_role_has_a_name_and_a_key_of_its_own(ewa):
    a_role(ewa, "audit")
    with pytest.raises(roles.RoleKeyTaken):
        a_role(ewa, "audit")
    with pytest.raises(persons.NameMissing):
        a_role(ewa, "audit", key="other", name=" ")


def given(person: Person, role: roles.MadeRole, by: Person) -> Person:
    return roles.give_role(person, role, by=by).person
