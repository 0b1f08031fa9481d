import json

import pytest
from django.urls import reverse
from django.utils import translation

from sira.decisions import publishing as decisions_publishing
from sira.forms.models import FormVersion
from sira.people.models import Person, SupportGroup
from sira.processes import versions
from sira.processes.models import ProcessVersion
from sira.processes.tests.drawing import drawing, end, node, start, user
from sira.studio import speaking
from sira.studio.differing import decisions, forms, processes
from sira.studio.differing.change import ADDED, CHANGED, MOVED, REMOVED
from sira.studio.templatetags.studio_marks import as_json
from sira.tickets.tests.cast import PACK, monday

SHIPPED = (PACK / "ticket.bpmn").read_text("utf-8")
BEFORE = drawing(start(), user("ask"), user("do"), end(), ways="start > ask > do > end")
AFTER = drawing(
    start(),
    user("ask", name="Ask twice", extension='<zeebe:assignmentDefinition candidateGroups="it"/>'),
    node("exclusiveGateway", "ok"),
    end(),
    end("no"),
    ways="start > ask > ok; ok > end if result = 1; ok > no otherwise",
)


def by_where(changes):
    return {one.where: one for one in changes}


def test_a_drawing_differs_from_itself_in_nothing():
    assert processes.differences(SHIPPED, SHIPPED) == []


def test_new_blocks_lost_blocks_and_changed_blocks_are_told_apart():
    found = by_where(processes.differences(BEFORE, AFTER))
    assert {key: one.kind for key, one in found.items() if "_" not in key} == {
        "do": REMOVED,
        "ok": ADDED,
        "no": ADDED,
        "ask": CHANGED,
    }
    assert [(str(one.words), one.before, one.after) for one in found["ask"].parts] == [
        ("Name on the drawing", "Ask", "Ask twice"),
        ("Who: a group", "", "it"),
    ]
    assert found["ask_do"].kind == REMOVED and found["ask_do"].name == "Ask → Do"


def test_a_changed_condition_is_shown_before_and_after():
    changed = SHIPPED.replace("=ticket.needs_test", "=ticket.priority = &quot;high&quot;")
    [one] = processes.differences(SHIPPED, changed, facts=speaking.spoken(None).facts)
    assert [(str(part.words), part.before, part.after) for part in one.parts] == [
        ("Condition", "“Its type needs a test” is yes", "“Priority” is “High”")
    ]


def test_conditions_that_would_be_told_alike_are_shown_as_they_are_written():
    changed = SHIPPED.replace("=ticket.needs_test", "=ticket.needs_test = true")
    [one] = processes.differences(SHIPPED, changed, facts=speaking.spoken(None).facts)
    assert [(part.before, part.after) for part in one.parts] == [("=ticket.needs_test", "=ticket.needs_test = true")]


def test_what_changed_is_told_in_the_readers_language_and_as_the_panel_calls_it(desk):
    source = (PACK / "ticket.bpmn").read_text("utf-8")
    written = '<zeebe:header key="text" value="'
    changed = source.replace('value="testing"', 'value="in_work"').replace('value="Work" />', 'value="Do it" />')
    before = drawing(
        start(),
        user("ask", name="Ask", extension=(
            '<zeebe:properties><zeebe:property name="name:fa" value="پرسش"/></zeebe:properties>'
            '<zeebe:assignmentDefinition candidateGroups="it"/><zeebe:taskSchedule dueDate="=working days(3)"/>'
            f'<zeebe:taskHeaders><zeebe:header key="kind" value="work"/>{written}A"/></zeebe:taskHeaders>'
        )),
        end(),
        ways="start > ask > end",
    )  # fmt: skip
    after = before.replace('"it"', '"it,hr"').replace("days(3)", "days(5)").replace('"work"', '"approve"')
    after = after.replace(f'{written}A"', f'{written}B"').replace('name="Ask"', 'name="Ask once"')
    with translation.override("fa"):
        [stage] = processes.differences(source, changed)
        assert (stage.name, [(part.before, part.after) for part in stage.parts]) == (
            "سپردن به آزمایش",
            [("آزمایش", "در کار")],
        )
        [one] = processes.differences(before, after)
    groups = {group.key: group.names.get("fa") or group.name for group in SupportGroup.objects.all()}
    assert one.name == "پرسش"
    assert [(part.before, part.after) for part in one.parts] == [
        ("Ask", "Ask once"),
        (groups["it"], f"{groups['it']}، {groups['hr']}"),
        ("۳ روز کاری", "۵ روز کاری"),
        ("کار", "تأیید"),
        ("A", "B"),
    ]
    assert str(one.parts[2].words) == "مهلت"


def test_an_arrow_to_a_block_that_got_another_name_is_the_same_arrow():
    changed = SHIPPED.replace('name="Acknowledge"', 'name="Say hello"')
    assert [one.where for one in processes.differences(SHIPPED, changed)] == ["acknowledge"]


def test_a_block_that_only_stands_elsewhere_is_moved():
    place = SHIPPED.index('bpmnElement="work"')
    bounds = SHIPPED.index(' x="', place)
    moved = SHIPPED[:bounds] + ' x="9' + SHIPPED[bounds + 4 :]
    [found] = processes.differences(SHIPPED, moved)
    assert (found.kind, found.where, str(found.what)) == (MOVED, "work", "Work"), "as the palette calls it"


def test_blocks_that_were_only_moved_are_told_in_one_line(desk, ada):
    row = versions.draft(SHIPPED.replace(' y="', ' y="9'), by=desk.ada, at=monday(10))
    page = ada.get(reverse("studio:changes", args=["processes", "ticket", row.version]))
    assert page.context["changes"] == [] and len(page.context["moved"]) > 5
    assert f"{len(page.context['moved'])} blocks were only moved</summary>" in page.content.decode()
    assert "Both say the same." not in page.content.decode()


def test_rows_of_a_table_are_told_apart(desk):
    source = (PACK / "priority.dmn").read_text("utf-8")
    assert not decisions.differences(source, source)
    first = source.index("<rule")
    second = source.index("<rule", first + 1)
    lost = source[:first] + source[second:]
    found = decisions.differences(source, lost)
    assert [row.kind for row in found.tables[0].changed] == [REMOVED]
    found = decisions.differences(lost, source)
    assert [row.kind for row in found.tables[0].changed] == [ADDED]


def test_a_changed_cell_shows_what_stood_there(desk):
    source = (PACK / "priority.dmn").read_text("utf-8")
    changed = source.replace("&quot;critical&quot;", '"high"', 1).replace(
        '<text>"critical"</text>', '<text>"high"</text>', 1
    )
    found = decisions.differences(source, changed)
    [row] = found.tables[0].changed
    assert row.kind == CHANGED
    assert [(cell.before, cell.text) for cell in row.cells if cell.before is not None] == [('"critical"', '"high"')]


def test_columns_are_called_as_the_editor_calls_them_in_the_readers_language():
    source = (PACK / "promises.dmn").read_text("utf-8")
    [table] = decisions.differences(source, source).tables
    assert table.columns == ("Priority", "First answer, working minutes", "Resolution, working minutes")
    with translation.override("pl"):
        [table] = decisions.differences(source, source).tables
    assert table.columns == ("Priorytet", "Pierwsza odpowiedź, minuty robocze", "Rozwiązanie, minuty robocze")


def test_a_column_under_its_old_label_that_has_another_name_is_told_by_its_names():
    source = (PACK / "promises.dmn").read_text("utf-8")
    found = decisions.differences(source, source.replace('name="resolution"', 'name="solution"'))
    [part] = found.changes[0].parts
    assert (part.before, part.after) == ("Priority, first_answer, resolution", "Priority, first_answer, solution")


def test_a_table_that_became_an_expression_is_told_in_words(desk):
    source = (PACK / "promises.dmn").read_text("utf-8")
    table = source[source.index("<decisionTable") : source.index("</decisionTable>") + len("</decisionTable>")]
    expression = source.replace(table, "<literalExpression><text>{first_answer: 60}</text></literalExpression>")
    [change] = decisions.differences(source, expression).changes
    assert [(str(part.words), part.before, part.after) for part in change.parts] == [
        ("Kind of logic", "Decision table", "Expression")
    ]


def test_fields_of_a_form_are_told_apart():
    def form(*fields):
        return {
            "components": [{"type": "textfield", "id": f"i{key}", "key": key, "label": label} for key, label in fields]
        }

    found = forms.differences(form(("a", "A"), ("b", "B"), ("c", "C")), form(("c", "C"), ("a", "Ay"), ("d", "D")))
    assert {one.where: one.kind for one in found} == {"b": REMOVED, "a": CHANGED, "d": ADDED, "c": MOVED}
    assert [(part.before, part.after) for one in found for part in one.parts] == [("A", "Ay")]
    assert {str(one.what) for one in found} == {"Text field"}


def test_fields_of_a_form_are_told_in_the_readers_language():
    field = {"type": "radio", "key": "why", "label": "Why?", "values": [{"value": "new", "label": "Is new"}]}
    before = field | {"properties": {"label:fa": "چرا؟", "option:new:fa": "تازه است"}}
    after = before | {"values": [*field["values"], {"value": "old", "label": "Is old"}], "validate": {"required": True}}
    after["properties"] = before["properties"] | {"option:old:fa": "کهنه است"}
    with translation.override("fa"):
        [one] = forms.differences({"components": [before]}, {"components": [after]})
        told = {str(part.words): (part.before, part.after) for part in one.parts}
    assert one.name == "چرا؟"
    assert ("تازه است (new)", "تازه است (new)، کهنه است (old)") in told.values()
    assert ("", "بله") in told.values() and ("", "کهنه است") in told.values()


@pytest.mark.parametrize(
    ("kind", "key", "own", "told"),
    [
        ("processes", "ticket", 'name="Acknowledge"', "اعلام دریافت"),
        ("decisions", "promises", 'label="Priority"', "اولویت"),
    ],
)
def test_what_cannot_be_changed_is_shown_in_the_readers_language(desk, ada, kind, key, own, told):
    Person.objects.filter(pk=desk.ada.pk).update(language="fa")
    shown = ada.get(f"/studio/{kind}/{key}/").context["source"]
    assert own not in shown and told in shown
    ada.post(reverse("studio:draft", args=[kind, key, 1]))
    assert own in ada.get(f"/studio/{kind}/{key}/").context["source"]


@pytest.fixture
def drafts(desk, ada):
    """A draft of each kind that differs from what is published."""
    for kind, key in (("processes", "ticket"), ("decisions", "priority"), ("forms", "new-laptop")):
        page = ada.get(f"/studio/{kind}/{key}/").context
        ada.post(reverse("studio:draft", args=[kind, key, page["row"].version]))
    row = ProcessVersion.objects.get(key="ticket", status="draft")
    changed = row.source.replace('name="Acknowledge"', 'name="Say &lt;b&gt;hello"')
    ProcessVersion.objects.filter(pk=row.pk).update(source=changed)
    source = (PACK / "priority.dmn").read_text("utf-8").replace('"critical"', '"high"', 1)
    decisions_publishing.save_draft("priority", source, by=desk.ada, at=monday(9))
    form = FormVersion.objects.get(key="new-laptop", status="draft")
    form.schema["components"][0]["label"] = "Something else"
    FormVersion.objects.filter(pk=form.pk).update(schema=form.schema)


@pytest.mark.parametrize(
    ("kind", "key", "says"),
    [
        ("processes", "ticket", "Say &lt;b&gt;hello"),
        ("decisions", "priority", "row differs"),
        ("forms", "new-laptop", "Something else"),
    ],
)
def test_the_page_says_in_words_what_changed(drafts, ada, desk, client, kind, key, says):
    draft = ada.get(f"/studio/{kind}/{key}/").context["row"]
    url = reverse("studio:changes", args=[kind, key, draft.version])
    page = ada.get(url)
    assert page.status_code == 200
    assert says in page.content.decode()
    assert url in ada.get(f"/studio/{kind}/{key}/").content.decode()
    client.force_login(desk.jonas)
    assert client.get(url).status_code == 403


def test_values_are_shown_as_one_would_write_them():
    assert (as_json("yes"), as_json(True), json.loads(as_json(3))) == ("yes", "true", 3)


def test_comparing_asks_a_settled_number_of_questions(drafts, ada, django_assert_max_num_queries):
    for kind, key in (("processes", "ticket"), ("decisions", "priority"), ("forms", "new-laptop")):
        row = ada.get(f"/studio/{kind}/{key}/").context["row"]
        with django_assert_max_num_queries(9):
            ada.get(reverse("studio:changes", args=[kind, key, row.version]))
