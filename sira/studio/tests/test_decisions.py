import json

import pytest
from django.urls import reverse
from django.utils.translation import override

from sira.decisions import publishing
from sira.decisions.compiled import compile_source
from sira.decisions.models import DecisionVersion
from sira.decisions.plain import plain
from sira.decisions.tests.drawings import table
from sira.studio import covering, examples
from sira.studio.models import Example
from sira.tickets.tests.cast import monday

ASKED = {"ticket.type": "incident", "ticket.impact": "high", "ticket.urgency": "high", "requester.tier": "gold"}


@pytest.fixture
def row(desk):
    return DecisionVersion.objects.get(key="priority", status="published")


def ask(client, row, **more):
    given = {"version": row.version, **ASKED, **more}
    return client.post(reverse("studio:try", args=["priority"]), given, headers={"HX-Request": "true"})


def test_an_example_tells_what_comes_out_and_by_which_rows(ada, row):
    page = ask(ada, row).content.decode()
    assert "<bdi>Critical</bdi>" in page and "row 10" in page
    assert not Example.objects.exists()


def test_a_kept_example_is_asked_again_of_every_draft_and_stops_publishing(ada, row):
    ask(ada, row, name="Everything is down")
    assert Example.objects.get().expected
    ada.post(reverse("studio:draft", args=["decisions", "priority", row.version]))
    draft = DecisionVersion.objects.get(key="priority", status="draft")
    assert "<li data-failed" not in ada.get("/studio/decisions/priority/").content.decode()
    source = draft.source.replace('"critical"', '"low"')
    given = {"source": source, "base": draft.digest}
    assert ada.post(reverse("studio:save", args=["decisions", "priority", draft.version]), given).status_code == 200
    page = ada.get("/studio/decisions/priority/").content.decode()
    assert "<li data-failed" in page and "should be Critical, came Low" in page
    assert "Publish, 1 to mend" in page
    draft.refresh_from_db()
    publish = reverse("studio:publish", args=["decisions", "priority", draft.version])
    assert ada.post(publish, {"base": draft.digest}).status_code == 422
    part = ada.get(reverse("studio:tests", args=["priority"]), {"version": draft.version}).content.decode()
    assert part.count("should be Critical") == 1


def test_a_broken_table_is_kept_and_not_published(ada, row):
    ada.post(reverse("studio:draft", args=["decisions", "priority", row.version]))
    draft = DecisionVersion.objects.get(key="priority", status="draft")
    source = draft.source.replace("<text>ticket.impact</text>", "<text>ticket.impact +</text>")
    answer = ada.post(
        reverse("studio:save", args=["decisions", "priority", draft.version]), {"source": source, "base": draft.digest}
    )
    assert answer.status_code == 200 and "1 thing to mend" in answer.json()["problems"]
    base = answer.json()["digest"]
    assert (
        ada.post(reverse("studio:publish", args=["decisions", "priority", draft.version]), {"base": base}).status_code
        == 422
    )
    assert DecisionVersion.objects.get(key="priority", status="published").pk == row.pk


def test_a_published_table_decides(ada, row, desk):
    ada.post(reverse("studio:draft", args=["decisions", "priority", row.version]))
    draft = DecisionVersion.objects.get(key="priority", status="draft")
    source = draft.source.replace('<text>"high"</text>', '<text>"low"</text>')
    base = ada.post(
        reverse("studio:save", args=["decisions", "priority", draft.version]), {"source": source, "base": draft.digest}
    ).json()["digest"]
    ada.post(reverse("studio:publish", args=["decisions", "priority", draft.version]), {"base": base})
    assert DecisionVersion.objects.get(key="priority", status="published").source == source
    assert not DecisionVersion.objects.filter(key="priority", status="draft").exists()


TABLE = table(
    {"Age": "age", "VIP": "vip"},
    [("< 10", "true", '"a"'), ("[10..20]", "-", '"b"'), ("[15..30]", "-", '"c"'), ("99", "-", '"d"')],
)


def test_gaps_and_meetings_stand_beside_the_table_with_an_example(desk, ada):
    publishing.save_draft("ages", TABLE, by=desk.ada, at=monday(9))
    page = ada.get("/studio/decisions/ages/")
    found = page.context["coverage"]
    assert [one.rows for one in found.conflicts] == [(2, 3)]
    assert found.conflicts[0].inputs == (("Age", "from 15 to 20"),)
    assert json.loads(found.gaps[0].example)["age"] is not None
    assert "Rules 2 and 3 meet" in page.content.decode()
    part = ada.get("/studio/decisions/ages/coverage/?version=1").content.decode()
    assert "Gap: no rule answers this" in part and "<html" not in part


def test_what_cannot_be_read_has_no_findings():
    assert covering.findings("<nonsense").told == ()


RULES = [('< date("2026-07-01")', '"early"'), ('> date("2026-07-01")', '"late"')]
DATED = table({"First day": "first"}, RULES).replace("<inputExpression", '<inputExpression typeRef="date"')


def test_days_are_told_in_the_readers_calendar():
    (gap,) = covering.findings(DATED).gaps
    assert gap.inputs == (("First day", "1 Jul 2026"),) and json.loads(gap.example) == {"first": "2026-07-01"}
    with override("fa"):
        assert covering.findings(DATED).gaps[0].inputs[0][1] == "۱۰ تیر ۱۴۰۵"


def test_an_example_with_a_day_is_asked_as_a_day_now_and_when_it_is_kept(desk):
    fields = [examples.Asked("first", "First day", "date")]
    facts = examples.facts_from({"first": "2026-06-30"}, fields)
    assert compile_source(DATED).decide(facts).value == "early"
    Example.objects.create(key="dated", name="June", facts=plain(facts), expected="early")
    (told,) = examples.told("dated", DATED)
    assert told.passed, told
    assert examples.temporal("the day after") == "the day after"
