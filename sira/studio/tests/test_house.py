"""People, groups and organisations by an administrator's hand."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils.timezone import now

from sira.api.models import Webhook
from sira.channels.email.models import BrokenMail
from sira.channels.email.reading import bounded
from sira.channels.email.ways import Way, as_json
from sira.decisions.models import DecisionVersion
from sira.people.models import GivenRole, MadeRole, Membership, Organisation, Person, SupportGroup
from sira.people.tests.cast import a_person, an_agent
from sira.plumbing.desk_files import desk_files
from sira.shell.meanwhile import mark_of, others_of
from sira.tickets.models import Ticket

PAGES = [
    "/studio/people/",
    "/studio/roles/",
    "/studio/groups/",
    "/studio/groups/it/",
    "/studio/organisations/",
    "/studio/organisations/new/",
    "/studio/mails/",
]
NEW = {"name": "Zofia Lis", "mail": "Zofia@Example.org", "role": "agent", "group": "it", "language": "pl"}


@pytest.fixture
def ada(desk):
    client = Client()
    client.force_login(desk.ada)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_the_house_is_for_administrators_alone(desk, client, page):
    for person in (desk.jonas, desk.ayse, desk.hannah):
        client.force_login(person)
        assert client.get(page).status_code == 403
    client.force_login(desk.ada)
    assert client.get(page).status_code == 200


def test_a_lead_can_do_nothing_by_post_either(desk, client):
    client.force_login(desk.ayse)
    for address in (
        "people/enter",
        f"people/{desk.ayse.pk}/role",
        "groups/begin",
        "groups/it/member",
        "organisations/new",
    ):
        assert client.post(f"/studio/{address}/", NEW | {"role": "administrator"}).status_code == 403
    desk.ayse.refresh_from_db()
    assert desk.ayse.role == Person.Role.LEAD


def test_a_new_agent_is_entered_with_a_group_and_may_work_at_once(ada):
    answer = ada.post("/studio/people/enter/", NEW)
    zofia = Person.objects.get(email="zofia@example.org")
    assert answer.headers["Location"] == f"/studio/people/{zofia.pk}/"
    assert (zofia.role, zofia.language) == ("agent", "pl")
    assert zofia.memberships.get().group.key == "it"


def test_what_was_typed_stays_when_the_address_is_somebody_s(ada, desk):
    answer = ada.post("/studio/people/enter/", NEW | {"mail": desk.jonas.email})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Zofia Lis" in page
    assert "This address belongs to another person." in page


def test_a_requester_is_put_into_no_group(ada):
    answer = ada.post("/studio/people/enter/", NEW | {"role": "requester"})
    assert "Only who works here belongs to a support group." in answer.content.decode()


def test_people_are_found_by_the_beginning_of_a_name_or_an_address(ada):
    a_person("Şerife Öztürk", mail="s.ozturk@halden.example")
    for typed in ("özt", "Öztürk şer", "s.ozt"):
        assert "Şerife Öztürk" in ada.get("/studio/people/", {"q": typed}).content.decode()
    assert "Nobody found" in ada.get("/studio/people/", {"q": "':* | 'qzx"}).content.decode()


def test_the_list_is_paged_by_key(ada):
    for number in range(60):
        an_agent(f"Agent {number:02}")
    first = ada.get("/studio/people/").content.decode()
    last = Person.objects.get(name="Agent 49") if "Agent 49" in first else None
    assert "Further on" in first
    name = max(found for found in Person.objects.agents().values_list("name", flat=True) if f">{found}<" in first)
    last = Person.objects.get(name=name)
    second = ada.get("/studio/people/", {"after": last.name, "key": last.pk}).content.decode()
    assert f">{name}<" not in second
    assert "Agent 59" in second


def test_details_and_manager_are_changed_together(ada, desk):
    jonas = desk.jonas
    given = {"name": "Jonas Weber", "language": "en", "time_zone": "Europe/Berlin", "manager": desk.ayse.email}
    assert ada.post(f"/studio/people/{jonas.pk}/details/", given).status_code == 302
    jonas.refresh_from_db()
    assert jonas.manager == desk.ayse
    refused = ada.post(f"/studio/people/{jonas.pk}/details/", given | {"manager": jonas.email, "name": "Jonas W."})
    assert "Nobody is their own manager." in refused.content.decode()
    assert "Jonas W." in refused.content.decode()
    jonas.refresh_from_db()
    assert jonas.name == "Jonas Weber"


def test_the_last_administrator_stays(ada, desk):
    for act, given in (("role", {"role": "agent"}), ("let_go", {})):
        refused = ada.post(f"/studio/people/{desk.ada.pk}/{act}/", given)
        assert "This is the only administrator." in refused.content.decode()
    desk.ada.refresh_from_db()
    assert desk.ada.is_active
    assert desk.ada.role == Person.Role.ADMINISTRATOR


def test_who_has_lost_their_phone_is_let_in_without_it(ada, desk):
    way, asked = f"/studio/people/{desk.jonas.pk}/", "Take the second factor away"
    assert asked not in ada.get(way).content.decode()
    for person in (desk.jonas, desk.ada):
        TOTP.activate(person, generate_totp_secret())
    assert asked in ada.get(way).content.decode()
    assert asked not in ada.get(f"/studio/people/{desk.ada.pk}/").content.decode(), "one's own goes the usual way"
    proven = {"proven": "called back on the number we have"}
    assert ada.post(f"/studio/people/{desk.ada.pk}/factors/", proven).status_code == 422
    refused = ada.post(f"{way}factors/", {"proven": " "})
    assert refused.status_code == 422 and "how you made sure" in refused.content.decode()
    assert Authenticator.objects.filter(user=desk.jonas).exists()
    assert ada.post(f"{way}factors/", proven).status_code == 302
    assert list(Authenticator.objects.values_list("user", flat=True)) == [desk.ada.pk]


def test_an_administrator_ends_every_session_of_a_person_and_of_nobody_else(ada, desk):
    devices, password = [Client(), Client()], "long-enough-for-a-desk"
    desk.jonas.set_password(password)
    desk.jonas.save()
    for device in devices:
        device.post("/sign-in/", {"login": desk.jonas.email, "password": password})
    assert [device.get("/profile/sessions/").status_code for device in devices] == [200, 200]
    assert "End all sessions" in ada.get(f"/studio/people/{desk.jonas.pk}/").content.decode()
    stranger = Client()
    stranger.force_login(desk.ayse)
    assert stranger.post(f"/studio/people/{desk.jonas.pk}/sessions/").status_code in (403, 404)
    assert ada.post(f"/studio/people/{desk.jonas.pk}/sessions/").status_code == 302
    assert [device.get("/profile/sessions/").status_code for device in devices] == [302, 302]
    assert ada.get("/studio/people/").status_code == 200 and stranger.get("/profile/").status_code == 200


def test_who_is_let_go_leaves_no_orphaned_work_and_can_come_back(ada, desk):
    ticket = desk.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(agent=desk.jonas)
    jonas = Client()
    jonas.force_login(desk.jonas)
    told = ada.post(f"/studio/people/{desk.jonas.pk}/let_go/", follow=True).content.decode()
    ticket.refresh_from_db()
    assert ticket.agent is None
    assert ticket.group is not None
    assert f"Back in the queue of {ticket.group}:" in told and f'href="/tickets/{ticket.number}/"' in told
    other = ada.post(f"/studio/people/{desk.ayse.pk}/let_go/", follow=True).content.decode()
    assert "There was nothing to hand over" in other and ticket.number not in other
    assert jonas.get("/desk/").status_code == 302
    ada.post(f"/studio/people/{desk.jonas.pk}/take_back/")
    desk.jonas.refresh_from_db()
    assert desk.jonas.is_active
    assert not desk.jonas.memberships.exists()


def test_two_who_are_one_are_joined_and_parted_again(ada):
    kept, other = a_person("Ewa Lis", mail="ewa@example.org"), a_person("E. Lis", mail="lis@example.org")
    ada.post(f"/studio/people/{kept.pk}/join/", {"other": "lis@example.org"})
    assert kept.addresses.count() == 2
    joining = kept.joinings_kept.get()
    ada.post(f"/studio/people/{kept.pk}/part/", {"joining": joining.pk})
    assert kept.addresses.count() == other.addresses.count() == 1


def test_a_group_is_made_and_filled(ada, desk):
    ada.post("/studio/groups/begin/", {"name": "Legal", "key": "legal"})
    group = SupportGroup.objects.get(key="legal")
    given = {
        "name": "Legal",
        "name_tr": "Hukuk",
        "address": "Legal@example.org",
        "signature": "Legal",
        "reopen_days": 7,
    }
    ada.post("/studio/groups/legal/details/", given)
    group.refresh_from_db()
    assert (group.names, group.address, group.reopen_days) == ({"tr": "Hukuk"}, "legal@example.org", 7)
    ada.post("/studio/groups/legal/member/", {"person": desk.jonas.pk, "leads": "on"})
    member = Membership.objects.get(group=group)
    assert member.leads
    ada.post("/studio/groups/legal/no_member/", {"member": member.pk})
    assert not group.memberships.exists()


def test_a_key_that_is_taken_is_said_and_the_name_stays(ada):
    refused = ada.post("/studio/groups/begin/", {"name": "Another", "key": "it"})
    assert refused.status_code == 422
    assert "Another group has this key." in refused.content.decode()
    assert "Another" in refused.content.decode()


def test_an_organisation_does_not_stand_below_itself(ada):
    given = {"kind": "customer", "tier": "gold", "mail_domains": "@Halden.example, halden.test"}
    ada.post("/studio/organisations/new/", given | {"name": "Halden group"})
    above = Organisation.objects.get(name="Halden group")
    assert above.mail_domains == ["halden.example", "halden.test"]
    ada.post("/studio/organisations/new/", given | {"name": "Halden north", "parent": above.pk})
    below = Organisation.objects.get(name="Halden north")
    refused = ada.post(f"/studio/organisations/{above.pk}/", given | {"name": "Halden group", "parent": below.pk})
    assert "can&#x27;t stand below itself" in refused.content.decode()


def test_pages_ask_the_database_the_same_however_many_people_there_are(ada, desk, django_assert_max_num_queries):
    group = SupportGroup.objects.get(key="it")
    for number in range(40):
        Membership.objects.create(group=group, person=an_agent(f"Agent {number:02}"))
    ada.get("/studio/people/")
    for page, most in (
        ("/studio/people/", 9),
        ("/studio/groups/", 7),
        ("/studio/groups/it/", 11),
        # Three of them: archives of their data, whether they are forgotten, whether there are made roles to give.
        (f"/studio/people/{desk.jonas.pk}/", 16),
    ):
        with django_assert_max_num_queries(most):
            assert ada.get(page).status_code == 200


def test_who_becomes_a_requester_leaves_no_orphaned_work_either(ada, desk):
    ticket = desk.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(agent=desk.jonas)
    ada.post(f"/studio/people/{desk.jonas.pk}/role/", {"role": "lead"})
    ticket.refresh_from_db()
    assert ticket.agent == desk.jonas
    ada.post(f"/studio/people/{desk.jonas.pk}/role/", {"role": "requester"})
    ticket.refresh_from_db()
    assert ticket.agent is None


def test_a_join_of_others_is_not_parted_from_a_page_that_is_about_somebody_else(ada, desk):
    kept, other = a_person("Ewa Lis"), a_person("E. Lis")
    ada.post(f"/studio/people/{kept.pk}/join/", {"other": other.email})
    joining = kept.joinings_kept.get()
    assert ada.post(f"/studio/people/{desk.jonas.pk}/part/", {"joining": joining.pk}).status_code == 422
    joining.refresh_from_db()
    assert joining.undone_at is None


def typed_on(page, **typed):
    """What a form of the page would send: what it begins with, but for what somebody typed."""
    form = page.context["details_form"]
    began = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: "" if one is None else one for name, one in began.items()} | {"seen": mark_of(form)} | typed


@pytest.mark.parametrize("path", ["/studio/groups/it/", "/studio/people/{jonas}/"])
def test_who_keeps_a_page_second_sees_what_was_kept_meanwhile_and_may_still_keep_theirs(ada, desk, path):
    path = path.format(jonas=desk.jonas.pk)
    mine, theirs = ada.get(path), ada.get(path)
    assert ada.post(f"{path}details/", typed_on(mine, name="Kept first")).status_code == 302
    told = ada.post(f"{path}details/", typed_on(theirs, name="Kept second"))
    assert told.status_code == 409
    assert told.context["details_form"]["name"].value() == "Kept second"
    assert list(others_of(told.context["details_form"])) == [("Name", "Kept first")]
    assert "Kept first" in told.content.decode()
    assert "Kept first" in ada.get(path).content.decode()
    assert ada.post(f"{path}details/", typed_on(told, name="Kept second")).status_code == 302
    assert "Kept second" in ada.get(path).content.decode()


def test_two_who_keep_the_same_are_told_nothing(ada, desk):
    mine, theirs = ada.get("/studio/groups/it/"), ada.get("/studio/groups/it/")
    for page in (mine, theirs):
        assert ada.post("/studio/groups/it/details/", typed_on(page, reopen_days=9)).status_code == 302


def test_what_was_kept_meanwhile_is_told_in_the_words_of_its_field(ada, desk):
    mine, theirs = ada.get(f"/studio/people/{desk.jonas.pk}/"), ada.get(f"/studio/people/{desk.jonas.pk}/")
    ada.post(f"/studio/people/{desk.jonas.pk}/details/", typed_on(mine, language="tr"))
    told = ada.post(f"/studio/people/{desk.jonas.pk}/details/", typed_on(theirs, title="Technician"))
    assert list(others_of(told.context["details_form"])) == [("Language", "Türkçe")]


def test_who_keeps_a_webhook_second_sees_what_was_kept_meanwhile(ada, desk):
    hook = Webhook.objects.create(name="Wall", url="https://wall.example.org/", made_by=desk.ada, made_at=now())
    path, began = f"/studio/webhooks/{hook.pk}/", {"url": hook.url, "is_active": "on"}
    seen = mark_of(ada.get(path).context["form"])
    assert ada.post(path, began | {"name": "Kept first", "seen": seen}).status_code == 302
    told = ada.post(path, began | {"name": "Kept second", "seen": seen})
    assert (told.status_code, list(others_of(told.context["form"]))) == (409, [("Name", "Kept first")])


def test_a_group_page_says_what_names_the_group(ada, desk):
    SupportGroup.objects.create(key="unnamed", name="Nowhere named")
    table = DecisionVersion.objects.get(key="routing", status="published").name
    assert table in ada.get("/studio/groups/it/").content.decode()
    assert table not in ada.get("/studio/groups/unnamed/").content.decode()


def test_a_mail_that_could_not_be_read_is_read_again_from_its_page(ada, desk, monkeypatch):
    raw = desk_files().keep([b"From: Jane <jane@client.test>\r\nSubject: Plans\r\n\r\nThe plans.\r\n"]).digest
    broken = BrokenMail.objects.create(
        raw=raw, why="too deep", tries=3, way=as_json(Way()), came_at=now(), tried_at=now()
    )
    assert "too deep" in ada.get("/studio/mails/").content.decode()
    with monkeypatch.context() as patched:
        patched.setattr(bounded, "PROGRAM", "raise SystemExit(3)")
        ada.post(f"/studio/mails/{broken.pk}/again/")
    assert BrokenMail.objects.get().tries == 4
    ada.post(f"/studio/mails/{broken.pk}/again/")
    assert not BrokenMail.objects.exists() and Ticket.objects.get().requester.email == "jane@client.test"
    assert "Every mail could be read" in ada.get("/studio/mails/").content.decode()


def test_a_role_is_made_given_for_a_group_taken_and_removed(ada, desk):
    words = {"name": "Payroll helper", "key": "payroll", "name_tr": "Bordro", "rights": ["work", "lead"]}
    assert ada.post("/studio/roles/begin/", words).headers["Location"] == "/studio/roles/payroll/"
    refused = ada.post("/studio/roles/begin/", words | {"name": "Another"})
    assert refused.status_code == 422 and "Another role has this key" in refused.content.decode()
    hr = SupportGroup.objects.get(key="hr")
    given = {"person": desk.tom.email, "group": hr.pk}
    assert ada.post("/studio/roles/payroll/give/", given).status_code == 302
    desk.tom.refresh_from_db()
    assert desk.tom.made_rights["lead"]["groups"] == [hr.pk]
    page = ada.get(f"/studio/people/{desk.tom.pk}/").content.decode()
    assert "Payroll helper" in page and "Take away" in page
    assert ada.post("/studio/roles/payroll/forget/").status_code == 422
    row = desk.tom.given_roles.get()
    assert ada.post(f"/studio/people/{desk.tom.pk}/take_role/", {"given": row.pk}).status_code == 302
    assert ada.post("/studio/roles/payroll/forget/").headers["Location"] == "/studio/roles/"
    assert not MadeRole.objects.exists()


def test_a_role_is_not_given_for_a_group_and_an_organisation_at_once_and_what_was_typed_stays(ada, desk):
    role = MadeRole.objects.create(key="w", name="W", rights=["work"])
    both = {"role": "w", "group": desk.hr.pk, "organisation": desk.halden.pk}
    answer = ada.post(f"/studio/people/{desk.tom.pk}/give_role/", both)
    assert answer.status_code == 422 and "Choose a group or an organisation" in answer.content.decode()
    assert not role.given.exists()


@pytest.mark.parametrize(
    ("right", "first"),
    [
        ("audit", "/studio/audit/"),
        ("hours", "/studio/calendars/"),
        ("mail", "/studio/mail/"),
        ("draw", "/studio/processes/"),
    ],
)
def test_the_studio_shows_whoever_has_a_right_what_it_opens_and_no_more(desk, client, right, first):
    role = MadeRole.objects.create(key="made", name="Made", rights=[right])
    GivenRole.objects.create(person=desk.jonas, role=role)
    client.force_login(desk.jonas)
    assert client.get("/studio/").headers["Location"] == first
    page = client.get(first)
    assert page.status_code == 200
    assert "/studio/people/" not in page.content.decode()
    assert client.get("/studio/people/").status_code == 403
    assert 'href="/studio/"' in client.get("/desk/").content.decode()
