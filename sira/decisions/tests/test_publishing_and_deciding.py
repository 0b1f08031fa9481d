import re
from datetime import UTC, datetime
from html import escape

import pytest
from django.db import IntegrityError, transaction

from sira.decisions import deciding, publishing, wording
from sira.decisions.models import DecisionVersion, Reason, Trace
from sira.decisions.refusals import BadDrawing, NoSuchDecision
from sira.decisions.tests.drawings import drawing, priority_table, table

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_published_table_decides_and_says_why():
    publishing.publish("priority", priority_table(), at=NOW)
    found = deciding.decide("priority", {"impact": "high", "urgency": "low", "colour": "ignored"})
    assert found.result == "P2"
    assert found.matched == [{"table": "Priority", "rows": [2], "notes": ["One side only"]}]
    assert found.trace["inputs"] == {"Impact": "high", "Urgency": "low"}


def test_a_trace_is_kept_with_the_change_it_explains():
    version = publishing.publish("priority", priority_table(), at=NOW)
    found = deciding.decide("priority", {"impact": "high", "urgency": "high"})
    deciding.keep([found.trace_for(subject=1042, kind="priority", at=NOW)])
    trace = Trace.objects.get(subject=1042)
    assert (trace.version, trace.outcome, trace.inputs) == (version, "P1", {"Impact": "high", "Urgency": "high"})


def test_what_decisions_have_in_common_is_kept_once_and_what_is_their_own_with_each():
    publishing.publish("priority", priority_table(), at=NOW)
    found = deciding.decide("priority", {"impact": "high", "urgency": "high"})
    again = deciding.decide("priority", {"urgency": "high", "impact": "high"})
    other = deciding.decide("priority", {"impact": "high", "urgency": "low"})
    deciding.keep([found.trace_for(subject=1, kind="priority", at=NOW, own={"load": 3})])
    deciding.keep([one.trace_for(subject=2, kind="priority", at=NOW) for one in (again, other)])
    assert Reason.objects.count() == 2
    first, second, third = Trace.objects.order_by("id").select_related("reason")
    assert first.reason == second.reason != third.reason
    assert (first.detail["load"], second.own, third.outcome) == (3, None, "P2")


def test_publishing_the_same_source_again_changes_nothing():
    first = publishing.publish("priority", priority_table(), at=NOW)
    assert publishing.publish("priority", priority_table(), at=NOW) == first
    assert DecisionVersion.objects.count() == 1


def test_a_new_version_decides_at_once_and_the_old_one_can_still_be_asked():
    old = publishing.publish("priority", priority_table(), at=NOW)
    new = publishing.publish("priority", priority_table(otherwise="P4"), at=NOW)
    old.refresh_from_db()
    facts = {"impact": "low", "urgency": "low"}
    assert (old.status, new.version) == ("retired", 2)
    assert deciding.decide("priority", facts).result == "P4"
    assert deciding.decide_by(old, facts).result == "P3"


def test_a_bad_drawing_is_refused_with_the_cell_in_words():
    with pytest.raises(BadDrawing) as refused:
        publishing.publish("priority", priority_table(otherwise='P3" + '), at=NOW)
    assert "Priority › row 3 › Level: line 1" in refused.value.problems[0]
    assert not DecisionVersion.objects.exists()


def test_a_name_nobody_knows_is_refused():
    with pytest.raises(BadDrawing) as refused:
        publishing.publish("priority", drawing("x", "impct + 1", inputs=("impact",)), at=NOW)
    assert "impct" in str(refused.value)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "<a/>",
        '<!DOCTYPE x [<!ENTITY a "b">]><definitions>&a;</definitions>',
        "\x00",
        "<definitions xmlns='urn:x'/>",
    ],
)
def test_what_is_no_drawing_is_refused(source):
    with pytest.raises(BadDrawing):
        publishing.publish("priority", source, at=NOW)


def test_a_draft_may_be_wrong_and_goes_when_it_is_published():
    publishing.save_draft("priority", priority_table(otherwise='P3" +'), at=NOW)
    draft = publishing.save_draft("priority", priority_table(), at=NOW)
    assert draft.version == 1
    publishing.publish("priority", priority_table(), at=NOW)
    assert [version.status for version in DecisionVersion.objects.all()] == ["published"]


def test_only_one_version_is_published_at_a_time():
    version = publishing.publish("priority", priority_table(), at=NOW)
    version.pk, version.version = None, 2
    with pytest.raises(IntegrityError, match="decision_has_one_published_version"), transaction.atomic():
        version.save(force_insert=True)


def test_without_a_published_version_nothing_is_decided():
    with pytest.raises(NoSuchDecision):
        deciding.decide("priority", {})
    publishing.publish("priority", priority_table(), at=NOW)
    publishing.retire("priority")
    with pytest.raises(NoSuchDecision):
        deciding.decide("priority", {})


def test_deciding_costs_one_small_query(django_assert_num_queries):
    publishing.publish("priority", priority_table(), at=NOW)
    deciding.decide("priority", {"impact": "low", "urgency": "low"})
    with django_assert_num_queries(1):
        deciding.decide("priority", {"impact": "low", "urgency": "low"})


@pytest.mark.parametrize("call", ['__import__("os")', 'contain (impact, "x")'])
def test_a_table_that_calls_what_is_no_function_is_not_published(call):
    in_a_cell = table({"Impact": "impact"}, [(call, '"P1"')])
    in_a_result = table({"Impact": "impact"}, [('"high"', call)])
    without_inputs = [
        re.sub("<inputData.*?/>|<informationRequirement>.*?</informationRequirement>", "", one)
        for one in (in_a_cell, in_a_result)
    ]
    for source in (in_a_cell, in_a_result, *without_inputs, drawing("Priority", call, inputs=("impact",))):
        assert {problem.code for problem in publishing.problems_of(source)} == {"unknown_function"}
        with pytest.raises(BadDrawing):
            publishing.publish("priority", source, at=NOW)
    assert "“" + call.partition("(")[0].strip() + "”" in wording.say(publishing.problems_of(in_a_cell)[0])
    for source in without_inputs:
        assert not publishing.problems_of(source.replace(escape(call), escape('contains(impact, "x")')))
