"""A draft tried out: on one ticket step by step, on many at once. Only looks: the database refuses to write."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sira.decisions.models import DecisionVersion
from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing.looking import nothing_written
from sira.plumbing.refusals import Refused
from sira.processes import picture
from sira.processes.bpmn.graph import Graph
from sira.processes.models import ProcessVersion
from sira.shell import formats
from sira.shell.names import named
from sira.shell.parts import part_or_page
from sira.shell.policy import drawing_page
from sira.studio import islands, speaking, texts
from sira.studio.access import for_right, who
from sira.studio.answers import Answers
from sira.studio.called import Names
from sira.studio.rehearsal import in_words, inventing, many, moves, questions, tables
from sira.studio.rehearsal.desk import drawing_of
from sira.studio.rehearsal.opening import begun
from sira.studio.rehearsal.playing import Play
from sira.studio.shelves import SHELVES
from sira.studio.words import BLOCKS, DELAYS, LINES

HOW_MANY = (20, 100, 500, 1000)
SHOWN = 100


@require_GET
@for_right(Right.DRAW)
@drawing_page
def try_out(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One ticket, step by step: what was done so far comes along in the address."""
    row = get_object_or_404(ProcessVersion, key=key, version=version)
    context = frame_of(row) | {"given": request.GET, "offered": [], "tried": None}
    with nothing_written():
        try:
            graph = drawing_of(row.source, row.key)
            context |= tried(graph, request.GET, who(request))
        except Refused as refused:
            context["refused"] = refused.message
    return part_or_page(request, part="studio/_rehearsed.html", page="studio/rehearsal.html", context=context)


def frame_of(row: ProcessVersion) -> dict[str, Any]:
    return {
        "place": "studio",
        "shelf": SHELVES["processes"],
        "row": row,
        "name": named(row),
        "source": SHELVES["processes"].to_look_at(row.key, row.source),
        "blocks": {key: {"words": str(said), "icon": icon} for key, (said, icon) in BLOCKS.items()},
        "texts": texts.dictionary(),
        "static_words": islands.said(),
        "marks": {},
    }


def tried(graph: Graph, given: Mapping[str, str], by: Person) -> dict[str, Any]:
    start = begun(graph, given, by)
    scene, asked = start.scene, {one.path for one in start.asked}
    facts = {fact.path: fact for fact in speaking.spoken(graph).facts}
    offered = [(path, words, values, as_begun(scene.facts, given, path)) for path, words, values in inventing.offered()]
    done = moves.moves_in(given.get("did", "")) + asked_now(given)
    result = moves.played(graph, scene, start.cast, done, at=start.at)
    play = result.play
    return {
        "offered": offered,
        "others": [
            (path, in_words.called(path, facts, scene.desk.names), values)
            for path, values in inventing.looked_at(graph).items()
            if path not in asked
        ],
        "ticket": start.ticket,
        "asker": start.asker,
        "asked": start.asked,
        "tried": result,
        "did": json.dumps(result.done),
        "back": json.dumps(result.done[:-1]),
        "play": play,
        "letters": scene.letters,
        "lines": [
            (line, LINES[line.kind], in_words.answers_in(line, facts, graph))
            for line in play.lines
            if line.kind in LINES
        ],
        "questions": in_words.told_questions(questions.questions(play, scene.desk.forms, facts)),
        "delays": DELAYS,
        "marks": painted(graph, play),
    }


def as_begun(facts: Mapping[str, Any], given: Mapping[str, str], path: str) -> str:
    """What is chosen of a fact; the language of who asks is chosen only where somebody has."""
    holder, _dot, name = path.partition(".")
    return given.get(path, "") if holder == "requester" else str(facts[holder].get(name) or "")


def asked_now(given: Mapping[str, str]) -> list[moves.Move]:
    """The move that a button of the page asks for."""
    do = given.get("do", "")
    if not do:
        return []
    move: moves.Move = {"do": do}
    if do in ("finish", "late", "hear", "skip"):
        try:
            move["place"] = json.loads(given.get("place", "[]"))
            move["after"] = int(given.get("after", "0") or 0)
        except ValueError:
            return []
        named = {name[2:]: text for name, text in given.items() if name.startswith("o.") and text.strip()}
        move["outcome"] = {name: moves.value_of(text) for name, text in named.items()}
    return [move]


def painted(graph: Graph, play: Play) -> dict[str, Any]:
    passed = list(dict.fromkeys(step for step in play.steps if step[0] not in picture.MARKS))
    current = [wait.node.id for wait in play.waiting() if wait.place[0] == 0]
    stuck = [wait.node.id for wait in play.waiting() if wait.place[0] == 0 and wait.kind == "incident"]
    flows = list(many.flows_of(graph, play.steps))
    return {"passed": passed, "current": list(dict.fromkeys(current)), "stuck": stuck, "flows": flows}


@require_GET
@for_right(Right.DRAW)
@drawing_page
def on_many(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """How many past tickets would go where, and which would go elsewhere than today."""
    row = get_object_or_404(ProcessVersion, key=key, version=version)
    most = how_many(request)
    context = frame_of(row) | {"most": most, "choices": HOW_MANY}
    with nothing_written():
        try:
            result, published = many.against_published(row, most, by=who(request))
            context |= {"result": result, "published": published, "shown": result.differing[:SHOWN]}
            context["marks"] = {"counts": counted(result)}
            context["ends"] = ends_of(result)
        except Refused as refused:
            context["refused"] = refused.message
    return part_or_page(request, part="studio/_many.html", page="studio/many.html", context=context)


def how_many(request: HttpRequest) -> int:
    given = request.GET.get("most", "")
    return int(given) if given.isdecimal() and int(given) in HOW_MANY else HOW_MANY[1]


def counted(result: many.Result) -> dict[str, dict[str, Any]]:
    """By arrow: how many tickets walk it now and today, and the share of all."""
    flows = set(result.flows) | set(result.before)
    compared = bool(result.before)
    return {
        flow: {
            "now": result.flows[flow],
            "before": result.before[flow] if compared else None,
            "share": round(result.flows[flow] / max(result.count, 1), 3),
            "words": in_numbers(result.flows[flow], result.before[flow] if compared else None),
        }
        for flow in flows
    }


def in_numbers(now_: int, before: int | None) -> str:
    language = get_language() or "en"
    shown = formats.amount(now_, language)
    return shown if before in (None, now_) else f"{shown} ← {formats.amount(before, language)}"


def ends_of(result: many.Result) -> list[dict[str, Any]]:
    words = {"ended": _("ends at"), "waits": _("stands at"), "stuck": _("gets stuck at")}
    keys = sorted(set(result.ends) | set(result.ends_before), key=lambda key: -result.ends[key])
    return [
        {
            "words": words[kind],
            "where": where,
            "now": result.ends[kind, where],
            "before": result.ends_before[kind, where],
            "share": round(100 * result.ends[kind, where] / max(result.count, 1)),
        }
        for kind, where in keys
    ]


@require_GET
@for_right(Right.DRAW)
@drawing_page
def table_on_many(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """What a table says about past tickets against what the published one says."""
    row = get_object_or_404(DecisionVersion, key=key, version=version)
    most = how_many(request)
    with nothing_written():
        result, published = tables.against_published(row, most, by=who(request))
    names = Names()
    was, comes = Answers((published or row).source, names), Answers(row.source, names)
    context = {
        "place": "studio",
        "shelf": SHELVES["decisions"],
        "row": row,
        "name": named(row),
        "most": most,
        "choices": HOW_MANY,
        "result": result,
        "published": published,
        "moves": [
            (was.told(result.results[before]), comes.told(result.results[after]), number)
            for (before, after), number in result.moves.most_common(20)
        ],
        "shown": [
            (one, was.told(result.results[one.before]), comes.told(result.results[one.after]))
            for one in result.changed[:SHOWN]
        ],
    }
    return part_or_page(request, part="studio/_table_many.html", page="studio/table_many.html", context=context)
