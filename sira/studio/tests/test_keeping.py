import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sira.decisions.models import DecisionVersion
from sira.forms.models import FormVersion
from sira.people.models import Person
from sira.people.tests.cast import an_administrator
from sira.processes.models import Instance, ProcessVersion
from sira.studio.models import SetAside
from sira.tickets.tests.cast import PACK, monday

DRAWING = (PACK / "ticket.bpmn").read_text("utf-8")
PAGES = [
    "/studio/processes/",
    "/studio/processes/ticket/",
    "/studio/decisions/priority/",
    "/studio/forms/report-a-problem/",
]


def address(name, row, kind="processes"):
    return reverse(f"studio:{name}", args=[kind, row.key, row.version])


def a_draft(client, *, kind="processes", key="ticket", model=ProcessVersion):
    published = model.objects.get(key=key, status="published")
    client.post(address("draft", published, kind))
    return model.objects.get(key=key, status="draft")


def save(client, row, source, base=None, kind="processes"):
    return client.post(address("save", row, kind), {"source": source, "base": row.digest if base is None else base})


def renamed(source, words):
    return source.replace('name="The way of a ticket"', f'name="{words}"')


@pytest.mark.parametrize("page", PAGES)
def test_the_studio_is_for_administrators_alone(desk, client, page):
    assert client.get(page).headers["Location"].startswith("/accounts/login/") or client.get(page).status_code == 302
    for person in (desk.jonas, desk.ayse, desk.hannah):
        client.force_login(person)
        assert client.get(page).status_code == 403
    client.force_login(desk.ada)
    assert client.get(page).status_code == 200


def test_who_may_not_enter_may_not_change_by_post_either(desk, client):
    published = ProcessVersion.objects.get(key="ticket")
    client.force_login(desk.jonas)
    for name in ("save", "publish", "draft"):
        assert client.post(address(name, published)).status_code == 403
    assert client.post("/studio/processes/new/", {"key": "mine"}).status_code == 403
    assert ProcessVersion.objects.count() == 1


def test_saving_keeps_the_text_and_says_what_is_to_be_mended(ada):
    draft = a_draft(ada)
    changed = renamed(DRAWING, "Another way").replace('<zeebe:taskDefinition type="sira:route" />', "")
    told = save(ada, draft, changed).json()
    draft.refresh_from_db()
    assert (draft.source, draft.name, told["digest"]) == (changed, "Another way", draft.digest)
    assert "Route" in told["problems"]
    assert [(one["element"], one["stops"]) for one in told["marked"]] == [("route", True)]
    assert 'aria-disabled="true"' in told["publish"]


def test_two_administrators_in_one_draft_lose_nothing(desk, ada):
    draft = a_draft(ada)
    ewa = an_administrator("Ewa Nowak")
    other = Client()
    other.force_login(ewa)
    assert save(other, draft, renamed(DRAWING, "Ewa's")).status_code == 200
    answer = save(ada, draft, renamed(DRAWING, "Ada's"))
    assert (
        answer.status_code == 409 and answer.json()["said"] == "Ewa Nowak saved while you drew. Both versions are here."
    )
    draft.refresh_from_db()
    aside = SetAside.objects.get()
    assert draft.name == "Ewa's" and "Ada's" in aside.source and aside.by == desk.ada
    assert "A version of Ada Admin is set aside" in ada.get("/studio/processes/ticket/").content.decode()

    ada.post(reverse("studio:take_aside", args=["processes", "ticket", aside.pk]))
    draft.refresh_from_db()
    aside = SetAside.objects.get()
    assert draft.name == "Ada's" and "Ewa's" in aside.source and aside.by == ewa


def test_further_changes_after_a_conflict_follow_into_the_same_text_aside(ada):
    draft = a_draft(ada)
    save(ada, draft, renamed(DRAWING, "First"))
    save(ada, draft, renamed(DRAWING, "Second"))
    assert save(ada, draft, renamed(DRAWING, "Third")).status_code == 409
    assert "Third" in SetAside.objects.get().source


def test_a_second_sitting_that_comes_second_does_not_replace_what_the_first_one_left_aside(ada):
    draft = a_draft(ada)
    save(ada, draft, renamed(DRAWING, "First"))
    save(ada, draft, renamed(DRAWING, "Second"))  # against the text before
    draft.refresh_from_db()
    opened = draft.digest
    save(ada, draft, renamed(DRAWING, "Third"))
    assert save(ada, draft, renamed(DRAWING, "Fourth"), base=opened).status_code == 409
    assert {"Second", "Fourth"} == {one.source.split('name="')[1].split('"')[0] for one in SetAside.objects.all()}


def test_two_windows_that_opened_the_same_text_each_keep_theirs(ada):
    draft = a_draft(ada)
    save(ada, draft, renamed(DRAWING, "First"))
    for window in ("left", "right", "left"):
        given = {"source": renamed(DRAWING, f"On the {window}"), "base": draft.digest, "sitting": window}
        assert ada.post(address("save", draft), given).status_code == 409
    assert SetAside.objects.count() == 2


def test_a_draft_that_is_set_aside_twice_is_there_twice(ada):
    draft = a_draft(ada)
    published = ProcessVersion.objects.get(key="ticket", status="published")
    for words in ("Mine", "Another of mine"):
        draft.refresh_from_db()
        save(ada, draft, renamed(DRAWING, words))
        ada.post(address("draft", published))
    assert SetAside.objects.count() == 2


def test_a_published_version_is_not_changed(ada):
    published = ProcessVersion.objects.get(key="ticket")
    answer = save(ada, published, renamed(DRAWING, "Sneaked in"))
    assert answer.status_code == 409 and answer.json()["code"] == "not_a_draft"
    published.refresh_from_db()
    assert published.source == DRAWING


def test_a_text_that_is_no_drawing_is_refused_in_words(ada):
    draft = a_draft(ada)
    for bad in ("", "<html/>", '<!DOCTYPE a [<!ENTITY b "c">]><a/>', DRAWING.replace('id="ticket"', 'id="other"')):
        answer = save(ada, draft, bad)
        assert answer.status_code == 422 and answer.json()["said"]
    draft.refresh_from_db()
    assert draft.source == DRAWING


def test_a_draft_that_grows_beyond_what_can_be_drawn_is_refused_in_words_and_stays(ada):
    row = a_draft(ada)
    many = "".join(f'<bpmn:userTask id="n{number}" />' for number in range(2_001))
    answer = save(ada, row, row.source.replace("</bpmn:process>", f"{many}</bpmn:process>"))
    assert answer.status_code == 422
    assert "more than 2,000 steps" in answer.json()["said"] and "call activities" in answer.json()["said"]
    assert ProcessVersion.objects.get(pk=row.pk).digest == row.digest
    assert not SetAside.objects.exists()


def test_publishing_is_refused_with_the_reasons(ada):
    draft = a_draft(ada)
    save(ada, draft, DRAWING.replace('<zeebe:taskDefinition type="sira:route" />', ""))
    draft.refresh_from_db()
    page = ada.post(address("publish", draft), {"base": draft.digest})
    assert page.status_code == 422 and "no task type is chosen" in page.content.decode()
    assert "Publish, 1 to mend" in page.content.decode()
    assert ProcessVersion.objects.get(key="ticket", status="published").version == 1


def test_what_changed_since_it_was_looked_at_is_not_published(ada):
    draft = a_draft(ada)
    save(ada, draft, renamed(DRAWING, "Newer"))
    assert ada.post(address("publish", draft), {"base": draft.digest}).status_code == 409
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_new_tickets_follow_the_published_version_and_running_ones_stay(desk, ada):
    before = desk.ticket(at=monday(9))
    draft = a_draft(ada)
    save(ada, draft, renamed(DRAWING, "Second way"))
    draft.refresh_from_db()
    assert ada.post(address("publish", draft), {"base": draft.digest}).status_code == 302
    after = desk.ticket(at=monday(10))
    ways = {row.subject: row.version.version for row in Instance.objects.select_related("version")}
    assert (ways[before.pk], ways[after.pk]) == (1, 2)
    page = ada.get("/studio/processes/ticket/").content.decode()
    assert page.count("1 ticket runs on it") == 2


def test_an_older_version_comes_back_as_a_draft(ada):
    draft = a_draft(ada)
    save(ada, draft, renamed(DRAWING, "Second way"))
    draft.refresh_from_db()
    ada.post(address("publish", draft), {"base": draft.digest})
    first = ProcessVersion.objects.get(key="ticket", version=1)
    assert first.status == "retired"
    ada.post(address("draft", first))
    assert ProcessVersion.objects.get(key="ticket", status="draft").source == first.source


@pytest.mark.parametrize(
    ("kind", "file", "model"),
    [
        ("processes", PACK / "ticket.bpmn", ProcessVersion),
        ("decisions", PACK / "priority.dmn", DecisionVersion),
        ("forms", PACK / "forms" / "report-a-problem.json", FormVersion),
    ],
)
def test_what_is_exported_equals_what_was_imported(ada, kind, file, model):
    text = file.read_text("utf-8")
    answer = ada.post(f"/studio/{kind}/import/", {"file": SimpleUploadedFile(file.name, text.encode())})
    row = model.objects.get(status="draft")
    assert answer.headers["Location"] == reverse("studio:show", args=[kind, row.key])
    given = ada.get(address("export", row, kind))
    assert given.headers["Content-Disposition"].startswith("attachment")
    if kind == "forms":
        assert given.json() == model.objects.get(key=row.key, status="published").schema
    else:
        assert given.content.decode() == text


@pytest.mark.parametrize("kind", ["processes", "decisions", "forms"])
def test_something_new_begins_blank_or_from_a_template(ada, kind):
    assert ada.post(f"/studio/{kind}/new/", {"key": "leave-request", "name": "Leave “request”"}).status_code == 302
    page = ada.get(f"/studio/{kind}/leave-request/")
    assert page.status_code == 200 and "Leave “request”" in page.content.decode()
    template = {"processes": "helpdesk/ticket", "decisions": "helpdesk/priority", "forms": "helpdesk/new-laptop"}[kind]
    given = {"key": "second_one", "name": "Second", "template": template}
    assert ada.post(f"/studio/{kind}/new/", given).status_code == 302
    page = ada.get(f"/studio/{kind}/second_one/").content.decode()
    assert "Nothing stands against publishing." in page
    assert ada.post(f"/studio/{kind}/new/", {"key": "second_one"}).status_code == 422
    assert ada.post(f"/studio/{kind}/new/", {"key": "bad key"}).status_code == 422
    assert ada.post(f"/studio/{kind}/new/", {"key": "new"}).status_code == 422


def test_what_the_drawing_of_a_template_names_comes_with_it(ada):
    """Its forms and decisions are published, so that nothing is missing when the drawing is; the desk's own stay."""
    given = {"key": "our_change", "name": "Our change", "template": "change/change"}
    assert ada.post("/studio/processes/new/", given).status_code == 302
    assert DecisionVersion.objects.get(key="change_impact").status == "published"
    forms = FormVersion.objects.filter(key__startswith="change-", status="published")
    assert set(forms.values_list("key", flat=True)) == {
        f"change-{one}" for one in ("agenda", "plan", "review", "revision")
    }
    assert ada.post("/studio/processes/new/", given | {"key": "another_change"}).status_code == 302
    assert DecisionVersion.objects.filter(key="change_impact").count() == 1


def test_lists_call_what_ships_in_the_readers_language_and_a_copy_by_its_own_name(ada):
    Person.objects.update(language="fa")
    for kind, name, template in (("processes", "مسیر درخواست", "ticket"), ("decisions", "اولویت", "priority")):
        page = ada.get(f"/studio/{kind}/").content.decode()
        assert f"<bdi>{name}</bdi>" in page and f'value="helpdesk/{template}">{name}<' in page
        given = {"key": "our_own", "name": "Our own", "template": f"helpdesk/{template}"}
        assert ada.post(f"/studio/{kind}/new/", given).status_code == 302
        assert "<h1><bdi>Our own</bdi></h1>" in ada.get(f"/studio/{kind}/our_own/").content.decode()


def test_the_list_says_who_uses_what(ada):
    assert "Incident" in ada.get("/studio/processes/").content.decode()
    assert "Decide priority" in ada.get("/studio/decisions/").content.decode()


def test_a_page_asks_the_database_the_same_however_many_versions_there_are(ada, django_assert_max_num_queries):
    for words in ("One", "Two", "Three"):
        draft = a_draft(ada)
        save(ada, draft, renamed(DRAWING, words))
        draft.refresh_from_db()
        ada.post(address("publish", draft), {"base": draft.digest})
    with django_assert_max_num_queries(7):
        ada.get("/studio/processes/")
    with django_assert_max_num_queries(18):
        ada.get("/studio/processes/ticket/")


def test_drawing_pages_open_styles_and_nothing_else(ada):
    policy = ada.get("/studio/processes/ticket/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "style-src 'self' 'unsafe-inline'" in policy
    assert "'unsafe-inline'" not in ada.get("/studio/processes/").headers["Content-Security-Policy"]


def test_an_import_over_a_draft_sets_that_draft_aside(ada):
    key, text = "priority", (PACK / "priority.dmn").read_text("utf-8")
    draft = a_draft(ada, kind="decisions", key=key, model=DecisionVersion)
    save(ada, draft, text.replace('name="Priority"', 'name="Worked on"', 1), kind="decisions")
    ada.post("/studio/decisions/import/", {"file": SimpleUploadedFile("priority.dmn", text.encode())})
    assert DecisionVersion.objects.get(key=key, status="draft").source == text
    assert "Worked on" in SetAside.objects.get().source


def test_a_key_is_made_from_the_name_where_nobody_writes_one(ada):
    for name in ("İzin isteği", "Izin Istegi", "مرخصی", "می‌خواهم", "日本", "New", "2026 plan"):
        assert ada.post("/studio/processes/new/", {"name": name, "key": ""}).status_code == 302, name
    made = ProcessVersion.objects.filter(status="draft").order_by("pk").values_list("key", "name")
    assert list(made) == [
        ("izin-istegi", "İzin isteği"),
        ("izin-istegi-2", "Izin Istegi"),
        ("mrkhsi", "مرخصی"),
        ("mi-khvahm", "می‌خواهم"),
        ("bpmn", "日本"),
        ("new-2", "New"),
        ("plan", "2026 plan"),
    ]
