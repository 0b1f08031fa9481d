import pytest

from sira.people import addresses, organisations, persons
from sira.people.models import Address, Organisation, Person, SupportGroup
from sira.people.tests.cast import NOON, a_person, an_administrator, an_agent
from sira.plumbing.refusals import NotAllowed

pytestmark = pytest.mark.django_db


def test_a_new_person_belongs_to_the_organisation_of_their_mail_domain():
    by = an_administrator()
    brewery = organisations.create_organisation(name="Brewery", mail_domains=["@Brewery.example"], by=by)
    person = persons.create_person(name="Jan", email="Jan@brewery.example", by=an_agent(), at=NOON)
    assert person.organisation == brewery
    assert person.addresses.get().value == person.email == "jan@brewery.example"
    assert not person.has_usable_password()


def test_an_address_belongs_to_one_person():
    known, agent = a_person(mail="x@example.org"), an_agent()
    with pytest.raises(addresses.AddressTaken):
        persons.create_person(name="Second", email="X@example.org", by=agent, at=NOON)
    with pytest.raises(addresses.AddressTaken):
        addresses.add_address(a_person(), kind="mail", value="x@example.org", by=agent, at=NOON)
    assert Address.objects.get(value="x@example.org").person == known


def test_the_first_mail_address_becomes_the_one_we_write_to():
    person = a_person(mail="")
    addresses.add_address(person, kind="phone", value="0048 123 456", by=an_agent(), at=NOON)
    addresses.add_address(person, kind="mail", value="Ola@Example.org", by=an_agent(), at=NOON)
    person.refresh_from_db()
    assert person.email == "ola@example.org"
    assert person.addresses.get(kind="phone").value == "+48123456"


def test_half_an_address_is_refused():
    with pytest.raises(addresses.NotAnAddress):
        addresses.add_address(a_person(), kind="mail", value="ola@", by=an_agent(), at=NOON)


def test_a_requester_does_not_add_an_address_they_have_not_proved():
    person = a_person()
    with pytest.raises(NotAllowed):
        addresses.add_address(person, kind="mail", value="boss@example.org", by=person, at=NOON)


def test_only_an_administrator_enters_agents():
    with pytest.raises(NotAllowed):
        persons.create_person(name="New", role=Person.Role.AGENT, by=an_agent(), at=NOON)


def test_only_an_administrator_changes_roles():
    agent, administrator = an_agent(), an_administrator()
    with pytest.raises(NotAllowed):
        persons.change_role(agent, role=Person.Role.LEAD, by=agent)
    assert persons.change_role(agent, role=Person.Role.LEAD, by=administrator).role == "lead"


def test_who_becomes_a_requester_leaves_their_groups():
    agent, administrator = an_agent(), an_administrator()
    persons.put_in_group(agent, SupportGroup.objects.create(key="it", name="IT"), by=administrator)
    persons.change_role(agent, role=Person.Role.REQUESTER, by=administrator)
    assert not agent.memberships.exists()


def test_the_last_administrator_stays():
    administrator = an_administrator()
    with pytest.raises(persons.LastAdministrator):
        persons.change_role(administrator, role=Person.Role.AGENT, by=administrator)


def test_people_change_their_own_details_but_not_a_colleagues():
    agent = an_agent()
    persons.change_details(agent, by=agent, language="fa", time_zone="Asia/Tehran", theme="dark")
    agent.refresh_from_db()
    assert (agent.language, agent.time_zone, agent.theme) == ("fa", "Asia/Tehran", "dark")
    with pytest.raises(NotAllowed):
        persons.change_details(an_agent(), by=agent, name="Other")
    with pytest.raises(persons.WrongDetail):
        persons.change_details(agent, by=agent, time_zone="Mars/Base")
    with pytest.raises(persons.NameMissing):
        persons.change_details(agent, by=agent, name=" ")


def test_a_weak_password_is_refused():
    person = a_person()
    with pytest.raises(persons.WeakPassword):
        persons.set_password(person, password="password", by=person)


def test_an_agent_moves_a_requester_to_another_organisation_and_nobody_moves_themselves():
    person, organisation = a_person(), Organisation.objects.create(name="Works")
    assert organisations.move_to_organisation(person, organisation, by=an_agent()).organisation == organisation
    with pytest.raises(NotAllowed):
        organisations.move_to_organisation(person, None, by=person)
