import pytest
from django.urls import reverse

from sira.decisions import publishing
from sira.decisions.models import DecisionVersion
from sira.forms import publishing as forms
from sira.forms.models import FormVersion
from sira.processes import versions
from sira.processes.models import ProcessVersion
from sira.processes.tests.drawing import drawing, end, node, start, user
from sira.studio import references
from sira.studio.shelves import SHELVES
from sira.tickets.tests.cast import PACK, monday


@pytest.fixture
def process(desk):
    """A process that asks for a laptop and reads what was answered."""
    source = drawing(
        start(),
        user(
            "ask",
            extension='<zeebe:assignmentDefinition candidateGroups="hr, it"/><zeebe:formDefinition formId="laptop"/>',
        ),
        node("exclusiveGateway", "g"),
        end(),
        end("other"),
        ways='start > ask > g; g > end if colour = "red"; g > other otherwise',
    )
    forms.publish("laptop", laptop("colour", "size"), by=desk.ada, at=monday(8))
    return versions.install(source, by=desk.ada, at=monday(8))


def laptop(*keys):
    return {"components": [{"type": "textfield", "id": key, "key": key, "label": key.title()} for key in keys]}


def publish(client, row, **more):
    return client.post(reverse("studio:publish", args=["forms", row.key, row.version]), {"base": row.digest, **more})


def test_a_field_that_others_read_is_asked_about_before_it_goes(desk, process, ada):
    draft = forms.save_draft("laptop", laptop("size"), by=desk.ada)
    page = publish(ada, draft)
    assert page.status_code == 409
    assert "the field “Colour” is used by" in page.content.decode() and "<b><bdi>p</bdi></b>" in page.content.decode()
    assert FormVersion.objects.get(key="laptop", status="published").version == 1
    assert publish(ada, draft, sure="yes").status_code == 302
    assert FormVersion.objects.get(key="laptop", status="published").version == 2


def test_a_field_that_nobody_reads_goes_without_a_question(desk, process, ada):
    draft = forms.save_draft("laptop", laptop("colour"), by=desk.ada)
    assert publish(ada, draft).status_code == 302


@pytest.mark.parametrize(("kind", "key"), [("decisions", "priority"), ("forms", "new-laptop"), ("processes", "ticket")])
def test_a_page_asks_nothing_unless_something_would_be_lost(desk, ada, kind, key):
    assert "Others rely on this" not in ada.get(reverse("studio:show", args=[kind, key])).content.decode()


def test_groups_are_found_where_they_are_named(desk, process):
    assert references.group_uses("it")[0] == "p"
    assert references.group_uses("nowhere") == []


@pytest.mark.parametrize(
    ("kind", "key", "model"),
    [
        ("forms", "laptop", FormVersion),
        ("processes", "ticket", ProcessVersion),
        ("decisions", "priority", DecisionVersion),
    ],
)
def test_what_others_rely_on_is_retired_only_when_it_is_meant(desk, process, ada, kind, key, model):
    url = reverse("studio:retire", args=[kind, key])
    page = ada.post(url)
    assert page.status_code == 409 and "Others rely on this" in page.content.decode()
    assert model.objects.filter(key=key, status="published").exists()
    assert ada.post(url, {"sure": "yes"}).status_code == 302
    assert not model.objects.filter(key=key, status="published").exists()


def test_a_result_that_a_process_reads_is_asked_about(desk, ada):
    source = drawing(
        start(),
        node("businessRuleTask", "t", extension='<zeebe:calledDecision decisionId="priority" resultVariable="found"/>'),
        node("exclusiveGateway", "g"),
        end(),
        end("b"),
        ways='start > t > g; g > end if found.priority = "high"; g > b otherwise',
    )
    versions.install(source, by=desk.ada, at=monday(8))
    text = (PACK / "priority.dmn").read_text("utf-8")
    draft = publishing.save_draft(
        "priority", text.replace('name="priority" typeRef', 'name="importance" typeRef'), by=desk.ada, at=monday(9)
    )
    lost = references.losses(SHELVES["decisions"], draft)
    assert [one.what for one in lost] == ["the result “priority”"]


def test_many_lost_fields_are_looked_for_in_three_questions(desk, process, django_assert_max_num_queries):
    forms.publish("laptop", laptop(*"abcdefgh", "colour"), by=desk.ada, at=monday(9))
    draft = forms.save_draft("laptop", laptop("size"), by=desk.ada)
    with django_assert_max_num_queries(4):
        lost = references.losses(SHELVES["forms"], draft)
    assert [one.what for one in lost] == ["the field “Colour”"]
