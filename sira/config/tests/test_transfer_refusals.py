"""What `sira config apply` refuses: what the pages of the desk would refuse too, all of it at once."""

import json

import pytest

from sira.calendars import editing
from sira.calendars.models import Calendar, DateOverride, Holiday
from sira.config.transfer.applying import apply
from sira.config.transfer.places import Refusals
from sira.decisions.models import DecisionVersion
from sira.processes.models import ProcessVersion
from sira.processes.tests.drawing import drawing, end, process, start, user
from sira.tickets.models import Category
from sira.tickets.tests.cast import Desk, monday

pytestmark = pytest.mark.django_db
OFFICE = [[[540, 1080]]] * 5 + [[], []]


@pytest.fixture
def folder(tmp_path):
    for name in ("processes", "decisions", "forms"):
        (tmp_path / name).mkdir()
    return tmp_path


def put(folder, name, entries):
    text = entries if isinstance(entries, str) else json.dumps(entries, indent=2)
    (folder / name).write_text(text, "utf-8")


def refused(folder):
    with pytest.raises(Refusals) as found:
        apply(folder, at=monday(9))
    return found.value.lines


def a_calendar(name="Warsaw", **values):
    return {"name": name, "time_zone": "Europe/Warsaw", "week": OFFICE} | values


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"time_zone": "Mars/Olympus"}, "time zone is not known"),
        ({"time_zone": 7}, "time zone is not known"),
        ({"week": OFFICE[:6]}, "open times can't be"),
        ({"week": [[[540, 5000]]] * 7}, "open times can't be"),
        ({"week": [[[540.5, 600]]] * 7}, "open times can't be"),
        ({"week": "always"}, "open times can't be"),
        ({"overrides": [{"date": "2026-12-24", "openings": [[700, 600]]}]}, "2026-12-24: These open times can't be"),
        ({"holidays": [{"date": "2026-12-24", "name": "Eve", "opens": 700, "closes": 600}]}, "2026-12-24: These open"),
        ({"holidays": [{"date": "2026-12-24", "name": "Eve", "opens": 700}]}, "2026-12-24: These open times"),
        ({"holidays": [{"date": "2026-12-24"}]}, "2026-12-24: a holiday has a name"),
        ({"holidays": [{"date": "24 December", "name": "Eve"}]}, "'24 December' is no date"),
        ({"holidays": [{"date": "2026-12-24", "name": "Eve", "colour": "red"}]}, "nothing is called 'colour'"),
        (
            {"holidays": [{"date": "2026-12-24", "name": "A"}, {"date": "2026-12-24", "name": "B"}]},
            "stands there twice",
        ),
        ({"holidays": {"2026-12-24": "Eve"}}, "holidays is no list of dates"),
    ],
)
def test_hours_that_the_pages_refuse_are_refused_in_a_file_and_the_calendar_is_named(folder, values, says):
    put(folder, "calendars.json", [a_calendar(**values)])
    (line,) = refused(folder)
    assert line.startswith("calendars.json:") and "Warsaw: " in line and says in line
    assert not Calendar.objects.exists()


def test_hours_that_a_calendar_has_are_not_replaced_by_what_can_not_be(folder):
    desk = Desk()
    calendar = editing.create("Warsaw", time_zone="Europe/Warsaw", week=OFFICE, by=desk.ada, at=monday(8))
    put(folder, "calendars.json", [a_calendar(week=[[[900, 2000]]] * 7)])
    refused(folder)
    calendar.refresh_from_db()
    assert calendar.week == OFFICE and calendar.edition.number == 1


def test_every_wrong_date_of_every_calendar_is_told_at_once(folder):
    bad = [{"date": "2026-12-24", "openings": [[9, 5]]}, {"date": "2026-12-31", "openings": "none"}]
    put(folder, "calendars.json", [a_calendar(overrides=bad), a_calendar("Gdynia", time_zone="Poland/Gdynia")])
    lines = refused(folder)
    assert [next(word for word in ("12-24", "12-31", "Gdynia") if word in line) for line in lines] == [
        "12-24",
        "12-31",
        "Gdynia",
    ]


def test_two_calendars_cannot_both_be_the_default(folder):
    put(folder, "calendars.json", [a_calendar(is_default=True), a_calendar("Gdynia", is_default=True)])
    assert "Warsaw, Gdynia: only one calendar is the default" in refused(folder)[0]


def test_an_entry_that_stands_twice_is_refused(folder):
    put(folder, "calendars.json", [a_calendar(), a_calendar()])
    assert "Warsaw: it stands there twice" in refused(folder)[0]


def test_a_half_day_and_a_closed_date_of_a_file_are_kept_and_counted_with(folder):
    half = {"date": "2026-12-24", "name": "Eve", "opens": 0, "closes": 720}
    put(folder, "calendars.json", [a_calendar(holidays=[half], overrides=[{"date": "2026-12-28", "openings": []}])])
    apply(folder, at=monday(9))
    days = Calendar.objects.get().edition.body["days"]
    assert days == {"2026-12-24": [[540, 720]], "2026-12-28": []}
    assert Holiday.objects.count() == DateOverride.objects.count() == 1
    assert apply(folder, at=monday(10)) == []


PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    id="d" targetNamespace="urn:t">
  <bpmn:process id="leave" name="Leave" isExecutable="true">
    <bpmn:startEvent id="s" />
    <bpmn:sequenceFlow id="a" sourceRef="s" targetRef="look" />
    <bpmn:userTask id="look" name="Look at it">
      <bpmn:extensionElements>
        <zeebe:formDefinition formId="gone-form" />
        <zeebe:assignmentDefinition candidateGroups="gone-group" />
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="b" sourceRef="look" targetRef="e" />
    <bpmn:endEvent id="e" />
  </bpmn:process>
</bpmn:definitions>
"""


def test_a_process_that_the_studio_would_not_publish_is_refused_with_all_its_reasons(folder):
    put(folder, "processes/leave.bpmn", PROCESS)
    lines = refused(folder)
    assert all(line.startswith("processes/leave.bpmn:7: Look at it: ") for line in lines)
    assert "gone-group" in "".join(lines) and "gone-form" in "".join(lines)
    assert not ProcessVersion.objects.exists()


def test_a_process_may_name_groups_and_forms_that_come_with_it(folder):
    schema = {"type": "default", "id": "gone-form", "components": [{"type": "textfield", "id": "f", "key": "why"}]}
    put(folder, "forms/gone-form.json", schema)
    put(folder, "groups.json", [{"key": "gone-group", "name": "Here now"}])
    put(folder, "processes/leave.bpmn", PROCESS)
    assert "+ processes/leave.bpmn" in apply(folder, at=monday(9))


TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Size" namespace="urn:t">
<inputData id="t" name="ticket"><variable name="ticket"/></inputData>
<decision id="size" name="size"><variable name="size"/>
<informationRequirement id="n"><requiredInput href="#t"/></informationRequirement>
<decisionTable id="tt" hitPolicy="FIRST">
<input id="a"><inputExpression id="ax" typeRef="string"><text>ticket.impact</text></inputExpression></input>
<output id="o" name="size" typeRef="string"/>
<rule id="r"><inputEntry id="i"><text>"high"</text></inputEntry>
<outputEntry id="p"><text>"{}"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_a_table_that_fails_its_kept_examples_is_refused_as_in_the_studio(folder):
    put(folder, "decisions/size.dmn", TABLE.format("small"))
    example = {"name": "Much", "facts": {"ticket": {"impact": "high"}}, "expected": "large"}
    put(folder, "decisions/size.examples.json", [example])
    (line,) = refused(folder)
    assert line.startswith("decisions/size.dmn:") and "Much: should be large, came small" in line
    assert not DecisionVersion.objects.exists()
    put(folder, "decisions/size.dmn", TABLE.format("large"))
    assert apply(folder, at=monday(9))


def test_a_file_that_is_no_text_is_told_together_with_everything_else(folder):
    put(folder, "calendars.json", [a_calendar(time_zone="Mars")])
    (folder / "forms" / "a.json").write_bytes(b'{"name": "\xff"}')
    put(folder, "forms/b.json", "{")
    (folder / "processes" / "c.bpmn").mkdir()
    assert [line.split(":")[0] for line in refused(folder)] == [
        "calendars.json",
        "forms/a.json",
        "forms/b.json",
        "processes/c.bpmn",
    ]


def test_categories_in_a_ring_are_refused_by_name(folder):
    ring = [{"key": "a", "name": "A", "parent": "b"}, {"key": "b", "name": "B", "parent": "a"}]
    put(folder, "catalogue.json", {"categories": ring})
    assert "catalogue.json:" in refused(folder)[0] and "a, b" in refused(folder)[0]
    assert not Category.objects.exists()


def test_categories_that_close_a_ring_with_the_desk_s_own_are_refused(folder):
    put(folder, "catalogue.json", {"categories": [{"key": "a", "name": "A"}, {"key": "b", "name": "B", "parent": "a"}]})
    apply(folder, at=monday(9))
    put(folder, "catalogue.json", {"categories": [{"key": "a", "name": "A", "parent": "b"}]})
    assert "ring" in refused(folder)[0]
    assert Category.objects.get(key="a").parent is None


def test_everything_wrong_in_one_list_is_told_at_once(folder):
    categories = [{"key": "a", "name": "A", "colour": 1}, {"key": "b", "name": "B", "parent": "gone"}, {"name": "C"}]
    services = [{"key": "mail", "name": "Mail", "names": "E-posta"}, {"key": "no key", "name": "x"}]
    put(folder, "catalogue.json", {"categories": categories, "services": services})
    said = "\n".join(refused(folder))
    for part in ("'colour'", "'gone'", "an entry has no key", "mail: names", "no key: "):
        assert part in said


@pytest.mark.parametrize(
    "categories", [[{"key": ["a"], "name": "A"}], [{"key": "a", "name": "A", "parent": {"x": []}}], ["a"], "a", None]
)
def test_a_list_of_any_shape_is_refused_and_not_fallen_over(folder, categories):
    put(folder, "catalogue.json", {"categories": categories})
    assert refused(folder)


def test_a_process_that_no_browser_could_draw(folder):
    beside = process(*(user(f"n{number}") for number in range(2_001)), ways="", key="q")
    source = drawing(start(), user("work"), end(), ways="start > work > end")
    put(folder, "processes/p.bpmn", source.replace("</bpmn:definitions>", f"{beside}</bpmn:definitions>"))
    assert any("it has more than 2,000 steps" in line for line in refused(folder))
    assert not ProcessVersion.objects.filter(key="p").exists()
