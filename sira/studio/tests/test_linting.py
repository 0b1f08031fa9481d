import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sira.people.models import SupportGroup
from sira.processes import versions
from sira.processes.bpmn.compiling import examine
from sira.processes.bpmn.reading import read
from sira.processes.models import ProcessVersion
from sira.processes.tests.drawing import (
    border,
    drawing,
    end,
    mapping,
    node,
    service,
    start,
    subprocess,
    timer,
    user,
)
from sira.studio import linting, loose_ends, speaking
from sira.studio.namable import Desk
from sira.studio.shelves import SHELVES
from sira.studio.views.beside import spoken_by
from sira.tickets.tests.cast import PACK, monday

SHIPPED = (PACK / "ticket.bpmn").read_text("utf-8")
HEARD = "start > ok > g; g > end if approved; g > no otherwise"
TO_MANAGER = '<zeebe:assignmentDefinition assignee="=requester.manager"/>'


def headers(**values):
    return (
        "<zeebe:taskHeaders>"
        + "".join(f'<zeebe:header key="{key.replace("__", ":")}" value="{value}"/>' for key, value in values.items())
        + "</zeebe:taskHeaders>"
    )


STAYS_OPEN = "the ticket stays open when it ends here; put “Close” before it"


def found(*steps, ways):
    """But for that a ticket stays open, as it does behind all these little drawings that close none."""
    return {each: stops for each, stops in found_of_all(*steps, ways=ways).items() if each[1] != STAYS_OPEN}


def found_of_all(*steps, ways):
    source = drawing(start(), *steps, ways=ways)
    return {(one.where, str(one.sentence)): one.stops for one in SHELVES["processes"].problems("p", source)}


def said(problems):
    return " | ".join(sentence for _where, sentence in problems)


def test_the_shipped_drawing_has_nothing_to_mend(desk):
    assert [one for one in SHELVES["processes"].problems("ticket", SHIPPED) if one.stops] == []


def test_an_approval_without_anybody_is_told(desk):
    problems = found(user("ok", extension=headers(kind="approve")), end(), ways="start > ok > end")
    assert "nobody is named who decides" in said(problems) and any(problems.values())


def test_people_without_a_manager_are_counted_unless_somebody_decides_for_them(desk):
    problems = found(user("ok", extension=TO_MANAGER + headers(kind="approve")), end(), ways="start > ok > end")
    assert "have no manager" in said(problems) and not any(problems.values())
    safe = user("ok", extension=TO_MANAGER + headers(kind="approve", fallback="it"))
    assert found(safe, node("exclusiveGateway", "g"), end(), end("no"), ways=HEARD) == {}


def test_people_in_no_group_that_is_led_are_counted_unless_somebody_decides_for_them(desk):
    asked = '<zeebe:assignmentDefinition assignee="=requester.leads"/>'
    problems = found(user("ok", extension=asked + headers(kind="approve")), end(), ways="start > ok > end")
    assert "in no group with a lead" in said(problems) and not any(problems.values())
    assert Desk().without_lead == 5, "all but Jonas, whose group Ayşe leads"
    safe = user("ok", extension=asked + headers(kind="approve", fallback="it"))
    assert found(safe, node("exclusiveGateway", "g"), end(), end("no"), ways=HEARD) == {}


def test_a_group_that_is_unknown_or_empty_is_told(desk):
    SupportGroup.objects.create(key="empty", name="Empty")
    ask = '<zeebe:assignmentDefinition candidateGroups="{}"/>'
    problems = found(
        user("a", extension=ask.format("nowhere")),
        user("b", extension=ask.format("empty")),
        end(),
        ways="start > a > b > end",
    )
    assert problems["a", "there is no group “nowhere”"] is True
    assert problems["b", "nobody is in the group “empty”, so nobody would be asked"] is False


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (service("x", "sira:notify"), "the mail says nothing; write its text or choose a standing one"),
        (
            service("x", "sira:notify", extension=headers(to="nowhere", text="Hello")),
            "the mail has no recipient: there is no group “nowhere”",
        ),
        (user("x", extension='<zeebe:formDefinition formId="gone"/>'), "the form “gone” is not published"),
        (user("x", extension=headers(kind="ask")), "it asks nothing: choose a form"),
        (
            node("businessRuleTask", "x", extension='<zeebe:calledDecision decisionId="gone" resultVariable="r"/>'),
            "the decision “gone” is not published",
        ),
        (
            node("callActivity", "x", extension='<zeebe:calledElement processId="gone"/>'),
            "the process “gone” is not published",
        ),
        (service("x", "sira:stage"), "no stage is chosen"),
    ],
)
def test_what_is_named_must_be_there(desk, step, sentence):
    assert found(step, end(), ways="start > x > end").get(("x", sentence)) is True


def test_unknown_names_in_conditions_and_texts_are_told(desk):
    problems = found(
        user("a", extension=headers(kind="approve", text="For {requester.nam}") + TO_MANAGER),
        node("exclusiveGateway", "g"),
        end(),
        end("no"),
        ways="start > a > g; g > end if aproved; g > no otherwise",
    )
    assert "nothing is called “aproved”; the condition would never hold" in said(problems)
    assert "the text names “requester.nam”, which nothing fills" in said(problems)


@pytest.mark.parametrize(
    ("steps", "ways", "words"),
    [
        ((user("a"),), "start > a", "no way leads out"),
        ((user("a"), user("b"), end()), "start > a > end", "no way leads"),
        (
            (node("exclusiveGateway", "g"), user("a"), user("b"), end()),
            "start > g > a > end; g > b > end",
            "has no condition",
        ),
        (
            (node("exclusiveGateway", "g"), node("parallelGateway", "h"), end()),
            "start > g > h > g",
            "no step that waits",
        ),
        ((node("parallelGateway", "j"), user("a"), end()), "start > j > a > j; a > end", "waits for itself"),
    ],
)
def test_ways_that_lead_nowhere_are_told_with_the_block(desk, steps, ways, words):
    problems = found(*steps, ways=ways)
    assert words in said(problems)
    assert all(where for where, _sentence in problems)


def test_a_drawing_that_names_what_is_not_there_cannot_be_published(desk, ada):
    source = drawing(
        start(), user("x", extension='<zeebe:formDefinition formId="gone"/>'), end(), ways="start > x > end"
    )
    row = versions.draft(source, by=desk.ada, at=monday(9))
    url = reverse("studio:publish", args=["processes", "p", row.version])
    page = ada.post(url, {"base": row.digest})
    assert page.status_code == 422 and "the form “gone” is not published" in page.content.decode()
    assert not ProcessVersion.objects.filter(key="p", status="published").exists()


@pytest.mark.parametrize(
    ("text", "ok", "words"),
    [
        ('=ticket.priority = "high"', True, "Holds if “Priority” is “High”."),
        ("=ticket.has_agent", True, "“Somebody has the ticket” is yes"),
        ('=ticket.impact = "high" and not(ticket.has_agent)', True, "It looks at: Impact, Somebody has the ticket."),
        ('=ticket.priorty = "high"', False, "Do you mean “ticket.priority”?"),
        ("=result = ", False, ""),
        ('=system("rm -rf /")', False, "There is no function “system”"),
        ("=__import__('os').system('reboot')", False, ""),
        ("${approved}", False, "is not written in FEEL"),
        ("`reboot`", False, ""),
        ('=some x in ticket.tags satisfies x = "vip"', True, ""),
        ("", False, "There is no condition yet."),
    ],
)
def test_a_condition_is_checked_in_plain_words(desk, ada, text, ok, words):
    row = ProcessVersion.objects.get(key="ticket")
    told = ada.post(reverse("studio:check", args=["ticket", row.version]), {"text": text}).json()
    assert (told["ok"], words in told["said"]) == (ok, True), told


def test_what_a_drawing_makes_can_be_chosen(desk):
    source = drawing(
        start(),
        user("ask", extension='<zeebe:formDefinition formId="new-laptop"/>' + headers(kind="ask")),
        user("ok", extension=TO_MANAGER + headers(kind="approve")),
        end(),
        ways="start > ask > ok > end",
    )
    paths = {fact.path: fact for fact in spoken_by(source, "p").facts}
    assert paths["approved"].values == ("true", "false") and paths["approved"].group == "Ok"
    assert {"decision", "ticket.priority", "requester.manager"} <= set(paths)
    assert len(paths) > len(speaking.FACTS) + 5


# -- hostile input -------------------------------------------------------------------------------------------------

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">'
    + '<bpmn:process id="p" name="&i;"/></bpmn:definitions>'
)


@pytest.mark.parametrize("kind", ["processes", "decisions"])
def test_an_xml_bomb_is_refused_clearly_and_at_once(desk, ada, kind):
    began = time.process_time()
    file = SimpleUploadedFile("bomb.bpmn", BOMB.encode())
    page = ada.post(reverse("studio:import", args=[kind]), {"file": file})
    assert page.status_code == 422
    assert time.process_time() - began < 5


def test_a_drawing_of_five_thousand_blocks_is_refused_clearly_and_soon(desk, ada):
    names = [f"n{number}" for number in range(5_000)]
    source = drawing(start(), *(user(name) for name in names), end(), ways=" > ".join(["start", *names, "end"]))
    began = time.process_time()
    problems = SHELVES["processes"].problems("p", source)
    assert [one.stops for one in problems] == [True]
    row = versions.draft(source, by=desk.ada, at=monday(9))
    page = ada.get(reverse("studio:show", args=["processes", "p"]))
    words = page.content.decode()
    assert page.status_code == 200 and "It has too many steps to be drawn here." in words
    assert "process-editor" not in words and "vendor/bpmn/" not in words and "n4999" not in words
    assert reverse("studio:export", args=["processes", "p", row.version]) in words
    assert ada.get(reverse("studio:rehearse", args=["p", row.version])).context["refused"]
    assert time.process_time() - began < 20


@pytest.mark.parametrize("local", ["userTask", "complexGateway"])
def test_a_file_of_five_thousand_blocks_is_refused_before_a_browser_has_to_draw_it(desk, ada, local):
    def brought_in(count):
        names = [f"n{number}" for number in range(count)]
        source = drawing(start(), *(node(local, name) for name in names), end(), ways=" > ".join(["start", *names]))
        file = SimpleUploadedFile("large.bpmn", source.encode(), "application/xml")
        return ada.post(reverse("studio:import", args=["processes"]), {"file": file})

    answer = brought_in(5_000)
    assert answer.status_code == 422
    assert "it has more than 2,000 steps; divide it with call activities" in answer.content.decode()
    assert not ProcessVersion.objects.filter(key="p").exists()
    assert brought_in(1_998).status_code == 302


def test_of_five_thousand_foreign_blocks_the_page_lists_a_hundred_and_counts_the_rest(desk, ada):
    names = [f"n{number}" for number in range(5_000)]
    steps = (node("complexGateway", name) for name in names)
    row = versions.draft(
        drawing(start(), *steps, end(), ways=" > ".join(["start", *names, "end"])), by=desk.ada, at=monday(9)
    )
    began = time.process_time()
    page = ada.get(reverse("studio:show", args=["processes", "p"])).content.decode()
    assert "5,000 things to mend" in page and "and 4,900 more" in page and page.count("Go there") == 100
    told = ada.post(
        reverse("studio:save", args=["processes", "p", row.version]), {"source": row.source, "base": row.digest}
    )
    assert len(told.json()["marked"]) == 100
    assert time.process_time() - began < 20


def test_people_named_by_address_are_looked_for_in_one_question(desk, django_assert_max_num_queries):
    steps = [
        user(f"u{number}", extension=f'<zeebe:assignmentDefinition assignee="nobody{number}@example.org"/>')
        for number in range(12)
    ]
    source = drawing(start(), *steps, end(), ways="start > " + " > ".join(f"u{n}" for n in range(12)) + " > end")
    with django_assert_max_num_queries(4):
        problems = SHELVES["processes"].problems("p", source)
    assert len([one for one in problems if "nobody here has the mail address" in str(one.sentence)]) == 12


def test_a_field_called_like_a_function_that_the_condition_calls_stands_against_nothing(desk):
    output = '<zeebe:ioMapping><zeebe:output source="=wanted" target="date"/></zeebe:ioMapping>'
    ask = f'<zeebe:assignmentDefinition candidateGroups="it"/>{output}'
    ways = 'start > ask > g; g > end if date("2026-12-24") = date; g > other otherwise'
    steps = user("ask", extension=ask), node("exclusiveGateway", "g"), end(), end("other")
    assert not any(refused for (where, _words), refused in found(*steps, ways=ways).items() if where == "g")


@pytest.mark.parametrize(
    "heads, said_, stops",
    [
        ({}, "it calls nobody: write the address of the other system", True),
        ({"url": "https://{ticket.subject}/"}, "The server has to be named as it is.", True),
        ({"url": "https://erp.example/{ticket.nubmer}"}, "the text names “ticket.nubmer”, which nothing fills", False),
        ({"url": "https://erp.example/", "body": "={a: }"}, "expected", True),
        ({"url": "https://erp.example/", "token": "erp"}, "this server has no key called “erp”", False),
    ],
)
def test_a_call_to_another_system_is_looked_at_while_it_is_drawn(desk, heads, said_, stops):
    problems = found(service("it", "sira:web_call", extension=headers(**heads)), end(), ways="start > it > end")
    ((_where, sentence), stops_) = next(iter(problems.items()))
    assert len(problems) == 1 and said_ in sentence and stops_ is stops


def test_what_another_system_answered_can_be_asked_behind_the_call(desk):
    it = service("it", "sira:web_call", extension=headers(url="https://erp.example/", result="order"))
    steps = it, node("exclusiveGateway", "g"), end(), end("other")
    assert found(*steps, ways="start > it > g; g > end if order.status = 404; g > other otherwise") == {}


def test_an_end_that_leaves_the_ticket_open_is_told_where_others_close_it(desk):
    steps = [
        user("ask", extension=headers(kind="work")), border("late", "ask", timer("P1D"), interrupting=False),
        node("exclusiveGateway", "g"), service("close", "sira:close"), end(), end("declined"), end("aside"),
    ]  # fmt: skip
    ways = "start > ask > g; g > close if ticket.priority = null; g > declined otherwise; close > end; late > aside"
    assert found_of_all(*steps, ways=ways) == {("declined", STAYS_OPEN): False}


def test_a_drawing_that_closes_nothing_is_told_so_unless_another_calls_it_or_it_asks_how_it_was(desk):
    told = {("end", STAYS_OPEN): False}
    assert found_of_all(user("do"), end(), ways="start > do > end") == told
    assert (
        found_of_all(user("how", extension=headers(kind="survey")), end(), ways="start > how > end")
        .keys()
        .isdisjoint(told)
    )
    calls = drawing(
        start(),
        node("callActivity", "x", extension='<zeebe:calledElement processId="p"/>'),
        end(),
        ways="start > x > end",
    )
    ProcessVersion.objects.create(
        key="other",
        version=1,
        name="Other",
        status="published",
        source=calls,
        created_at=monday(9),
        published_at=monday(9),
    )
    assert found_of_all(user("do"), end(), ways="start > do > end") == {}


BY_IT = '<zeebe:assignmentDefinition candidateGroups="it"/>' + headers(kind="approve")
WORDLESS = "nobody has written by then what was done; write it as its text, or it gets stuck here"


@pytest.mark.parametrize(
    ("steps", "ways", "told"),
    [
        ([service("close", "sira:close")], "start > close > end", True),
        ([service("close", "sira:close", extension=headers(text="It is done."))], "start > close > end", False),
        ([user("do"), service("close", "sira:close")], "start > do > close > end", False),
        ([user("ok", extension=BY_IT), service("close", "sira:close")], "start > ok > close > end", True),
        (
            [
                subprocess("part", start("in"), user("do"), end("out"), ways="in > do > out"),
                service("close", "sira:close"),
            ],
            "start > part > close > end", False,
        ),
        (
            [
                service("solve", "sira:resolve", extension=headers(text="It is done.")),
                service("close", "sira:close"),
            ],
            "start > solve > close > end", False,
        ),
    ],
)  # fmt: skip
def test_a_block_that_ends_a_ticket_without_a_word_of_what_was_done_is_told(desk, steps, ways, told):
    problems = found(*steps, end(), ways=ways)
    assert (("close", WORDLESS) in problems) is told


@pytest.mark.parametrize("drawing_", sorted(PACK.parent.glob("*/*.bpmn")), ids=lambda path: path.stem)
def test_no_end_of_a_shipped_drawing_leaves_its_ticket_open(db, drawing_):
    problems = SHELVES["processes"].problems(drawing_.stem, drawing_.read_text("utf-8"))
    told = [str(one.sentence) for one in problems]
    assert WORDLESS not in told and not [sentence for sentence in told if "stays open" in sentence]


ALIKE = "it goes on alike whether it is approved or not; draw a way for yes and one for no"


@pytest.mark.parametrize(
    ("ways", "unheard"),
    [
        ("start > one > two > end", {"one", "two"}),
        ("start > one > two > g; g > end if approved; g > no otherwise", {"one"}),
        ("start > one > g; g > two if approved; g > no otherwise; two > end", {"two"}),
    ],
)
def test_an_approval_whose_refusal_changes_nothing_is_told(desk, ways, unheard):
    choice = (node("exclusiveGateway", "g"), end("no")) if "g >" in ways else ()
    problems = found(user("one", extension=BY_IT), user("two", extension=BY_IT), *choice, end(), ways=ways)
    assert {where for where, sentence in problems if sentence == ALIKE} == unheard


def test_approvals_that_answer_by_names_of_their_own_may_be_asked_together(desk):
    first, second = (
        user(key, extension=BY_IT + mapping(outputs={f"{key}_said": "=approved"})) for key in ("one", "two")
    )
    ways = "start > one > two > g; g > end if one_said and two_said; g > no otherwise"
    assert ALIKE not in said(found(first, second, node("exclusiveGateway", "g"), end(), end("no"), ways=ways))


@pytest.mark.parametrize(
    ("ways", "unheard"),
    [
        ("start > one; one > end if approved; one > no otherwise", set()),
        ("start > one > part > end", set()),
        ("start > one > g; g > one if approved; g > end otherwise", set()),
        ("start > one > again; again > one if reopened; again > end otherwise", {"one"}),
    ],
)
def test_an_answer_is_heard_wherever_a_token_can_come(desk, ways, unheard):
    there = {
        "no": end("no"),
        "part": subprocess(
            "part", start("in"), node("exclusiveGateway", "asks"), end("out"), end("off"),
            ways="in > asks; asks > out if approved; asks > off otherwise",
        ),
        "g": node("exclusiveGateway", "g"),
        "again": node("exclusiveGateway", "again"),
    }  # fmt: skip
    steps = [step for name, step in there.items() if f" {name}" in ways]
    problems = found(user("one", extension=BY_IT), *steps, end(), ways=ways)
    assert {where for where, sentence in problems if sentence == ALIKE} == unheard


@pytest.mark.parametrize("outputs", [{}, {"{key}_said": "=approved"}])
def test_as_many_approvals_as_can_be_drawn_are_looked_through_soon(outputs):
    keys = [f"u{number}" for number in range(1_900)]
    named = [{name.format(key=key): source for name, source in outputs.items()} for key in keys]
    steps = [user(key, extension=BY_IT + mapping(outputs=own)) for key, own in zip(keys, named, strict=True)]
    graph, _findings = examine(read(drawing(start(), *steps, end(), ways=f"start > {' > '.join(keys)} > end")))
    began = time.process_time()
    assert len(list(loose_ends.of(graph))) == 1_901  # and the end
    assert time.process_time() - began < 1.5


@pytest.mark.parametrize("file", sorted(PACK.parent.glob("*/*.bpmn")), ids=lambda file: file.stem)
def test_no_drawing_that_ships_passes_over_what_was_decided(desk, file):
    assert ALIKE not in [str(one.sentence) for one in linting.problems(file.read_text("utf-8"), file.stem)]


def test_an_end_without_a_name_is_told_as_an_end_and_not_by_its_id(desk):
    stays = drawing(
        start(), node("exclusiveGateway", "g"), service("done", "sira:close", extension=headers(text="Done.")),
        end("closed"), end("Event_0aiwwil", name=""),
        ways="start > g; g > done if x = 1; g > Event_0aiwwil otherwise; done > closed",
    )  # fmt: skip
    told = {one.where: one.name for one in SHELVES["processes"].problems("p", stays)}
    assert told["Event_0aiwwil"] == "End"


def test_a_blank_drawing_is_not_published(desk):
    blank = SHELVES["processes"].problems("p", SHELVES["processes"].blank("p", "Leave"))
    assert [(str(one.sentence), one.stops) for one in blank] == [
        ("nothing is drawn behind it yet; choose a block", True)
    ]


def test_a_choice_with_one_way_is_told_by_the_name_of_the_palette_and_not_the_approval_before_it(desk):
    steps = (user("one", extension=BY_IT), node("exclusiveGateway", "g", name=""), end("no"))
    problems = SHELVES["processes"].problems("p", drawing(start(), *steps, ways="start > one > g > no"))
    told = {(one.name, str(one.sentence)) for one in problems}
    assert ("Choose a way", "only one way leads out of it, so nothing is chosen; draw the other way") in told
    assert ALIKE not in {sentence for _name, sentence in told}


def test_the_stand_in_that_an_absence_gives_is_known(desk):
    leave = (PACK.parent / "leave" / "leave_request.bpmn").read_text("utf-8")
    told = [str(one.sentence) for one in SHELVES["processes"].problems("leave_request", leave)]
    assert not [sentence for sentence in told if "stand_in_id" in sentence]
