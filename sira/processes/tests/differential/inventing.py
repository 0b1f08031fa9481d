"""Random processes, well nested, with jumps and without joins, in the words of `drawing`.

Every choice is made by what the step before it answered, under a name of its own: two engines that keep variables in
different ways still take the same way. Every event has a message or time of its own, so it can be given by name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from sira.processes.tests.differential.undoing import Undoing
from sira.processes.tests.drawing import (
    border,
    catch,
    drawing,
    end,
    error,
    escalation,
    event,
    gate,
    handler,
    message,
    node,
    signal,
    start,
    subprocess,
    throw,
    timer,
    user,
)

ENOUGH = 8  # an answer of this or more ends a round


@dataclass
class Piece:
    """Part of a drawing with one way in and one way out. last: empty if nothing comes out."""

    steps: list[str]
    ways: list[str]
    first: str
    last: str


@dataclass
class Invention:
    """answers: the variable that a step gives.  uses: what BPMN is made use of.  called: other processes, by key."""

    source: str = ""
    called: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    uses: set[str] = field(default_factory=set)


class Inventor(Undoing):
    def __init__(self, seed: int) -> None:
        self.random, self.count = Random(seed), 0
        self.declared: list[str] = []
        self.made = Invention()

    def invent(self, depth: int = 3) -> Invention:
        whole = self.random.choice([self.piece, self.piece, self.piece, self.jumps, self.spread, self.crossing])(depth)
        steps, ways = [start(), *whole.steps], [f"start > {whole.first}", *whole.ways]
        if whole.last:
            steps.append(end())
            ways.append(f"{whole.last} > end")
        self.made.source = drawing(*steps, ways="; ".join(ways), declare="".join(self.declared))
        return self.made

    def key(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def uses(self, *what: str) -> None:
        self.made.uses |= set(what)

    # Pieces

    LEAVES = ("asked", "asked", "passed", "heard", "timed", "guarded", "beside", "listed", "awaits", "stopped")
    BRANCHES = (
        "row", "row", "chosen", "both", "some", "round", "inside", "inside_guarded", "failing", "race",
        "listed_inside", "ending_all", "warned", "beside_inside", "handled", "calling", "undoes",
    )  # fmt: skip

    def piece(self, depth: int) -> Piece:
        return getattr(self, self.random.choice(self.LEAVES + self.BRANCHES if depth else self.LEAVES))(depth)

    def asked(self, _depth: int = 0) -> Piece:
        key = self.key("u")
        self.made.answers[key] = f"v{key}"
        return Piece([user(key)], [], key, key)

    def passed(self, _depth: int) -> Piece:
        key = self.key("t")
        self.uses("none event")
        return Piece([throw(key, "")], [], key, key)

    def event(self, key: str) -> str:
        kind = self.random.random()
        if kind < 0.4:
            self.uses("timer event")
            return timer("PT1H")
        if kind < 0.6:
            self.uses("signal event")
            self.declared.append(signal(f"m{key}"))
            return event("signal", f"m{key}")
        self.uses("message event")
        self.declared.append(message(f"m{key}"))
        return event("message", f"m{key}")

    def heard(self, _depth: int) -> Piece:
        key = self.key("c")
        return Piece([catch(key, self.event(key))], [], key, key)

    timed = heard

    def guarded(self, _depth: int) -> Piece:
        """A task that is called off by an event, and goes another way."""
        work, late, other, merge = self.asked(), self.key("b"), self.asked(), self.key("x")
        self.uses("interrupting boundary event")
        steps = [*work.steps, border(late, work.first, self.event(late)), *other.steps, gate(merge)]
        return Piece(steps, [f"{late} > {other.first} > {merge}", f"{work.first} > {merge}"], work.first, merge)

    def beside(self, _depth: int) -> Piece:
        work, told, other, over = self.asked(), self.key("b"), self.asked(), self.key("e")
        self.uses("non-interrupting boundary event")
        self.declared.append(message(f"m{told}"))
        steps = [*work.steps, border(told, work.first, event("message", f"m{told}"), interrupting=False)]
        return Piece([*steps, *other.steps, end(over)], [f"{told} > {other.first} > {over}"], work.first, work.last)

    def awaits(self, depth: int) -> Piece:
        return Piece(*self.awaited(depth))

    def stopped(self, depth: int) -> Piece:
        return Piece(*self.called_off(depth))

    def undoes(self, depth: int) -> Piece:
        step, key = self.undone(depth)
        return Piece([step], [], key, key)

    def listed(self, _depth: int) -> Piece:
        one = self.asked()
        return Piece([self.repeated(one.steps[0], one.first)], [], one.first, one.last)

    def repeated(self, step: str, answer: str) -> str:
        """The step once for each, one after the other or together, until an answer is enough."""
        one_by_one, stops = self.random.random() < 0.5, self.random.random() < 0.4
        self.uses("sequential multi-instance" if one_by_one else "parallel multi-instance")
        until = f"<bpmn:completionCondition>v{answer} >= {ENOUGH}</bpmn:completionCondition>" if stops else ""
        loop = (
            f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(one_by_one).lower()}">'
            f"<bpmn:loopCardinality>{self.random.randint(1, 3)}</bpmn:loopCardinality>{until}"
            "</bpmn:multiInstanceLoopCharacteristics>"
        )
        head, closed, tail = step.rpartition("</bpmn:")
        return head + loop + closed + tail

    def row(self, depth: int) -> Piece:
        one, two = self.piece(depth - 1), self.piece(depth - 1)
        if not one.last:
            return one
        ways = [*one.ways, *two.ways, f"{one.last} > {two.first}"]
        return Piece([*one.steps, *two.steps], ways, one.first, two.last)

    def split(self, depth: int, kind: str, conditions: Sequence[str], *, before: Piece | None) -> Piece:
        a, b = self.key("s"), self.key("j")
        branches = [self.piece(depth - 1) for _condition in conditions]
        steps, ways = [gate(a, kind), gate(b, kind)], []
        for branch, condition in zip(branches, conditions, strict=True):
            steps += branch.steps
            ways += [*branch.ways, f"{a} > {branch.first}{condition}"]
            ways += [f"{branch.last} > {b}"] if branch.last else []
        if before is None:
            return Piece(steps, ways, a, b)
        return Piece([*before.steps, *steps], [f"{before.first} > {a}", *ways], before.first, b)

    def chosen(self, depth: int) -> Piece:
        before = self.asked()
        self.uses("exclusive gateway")
        conditions = [f" if v{before.first} > {limit}" for limit in self.random.choice([(6,), (7, 4)])]
        return self.split(depth, "exclusive", [*conditions, " otherwise"], before=before)

    def some(self, depth: int) -> Piece:
        before = self.asked()
        self.uses("inclusive gateway")
        conditions = [f" if v{before.first} > {limit}" for limit in self.random.choice([(5,), (3, 6)])]
        return self.split(depth, "inclusive", [*conditions, " otherwise"], before=before)

    def both(self, depth: int) -> Piece:
        self.uses("parallel gateway")
        return self.split(depth, "parallel", [""] * self.random.choice([2, 2, 3]), before=None)

    def round(self, depth: int) -> Piece:
        """Again until the answer is enough."""
        body, asked = self.piece(depth - 1), self.asked()
        if not body.last:
            return body
        merge, again = self.key("x"), self.key("x")
        self.uses("loop")
        after = self.key("t")
        steps = [gate(merge), *body.steps, *asked.steps, gate(again), throw(after, "")]
        ways = [
            *body.ways,
            f"{merge} > {body.first}",
            f"{body.last} > {asked.first} > {again}",
            f"{again} > {merge} if v{asked.first} < {ENOUGH}",
            f"{again} > {after} otherwise",
        ]
        return Piece(steps, ways, merge, after)

    def held(self, body: Piece, **more: str) -> tuple[str, str]:
        """A sub-process with the piece in it, and its id."""
        key, begin, over = self.key("p"), self.key("i"), self.key("e")
        self.uses("sub-process")
        steps, ways = [start(begin), *body.steps], [f"{begin} > {body.first}", *body.ways]
        if body.last:
            steps.append(end(over))
            ways.append(f"{body.last} > {over}")
        return subprocess(key, *steps, ways="; ".join(ways), **more), key

    def inside(self, depth: int) -> Piece:
        step, key = self.held(self.piece(depth - 1))
        return Piece([step], [], key, key)

    def inside_guarded(self, depth: int) -> Piece:
        step, key = self.held(self.piece(depth - 1))
        late, other, merge = self.key("b"), self.asked(), self.key("x")
        self.uses("interrupting boundary event")
        steps = [step, border(late, key, self.event(late)), *other.steps, gate(merge)]
        return Piece(steps, [f"{late} > {other.first} > {merge}", f"{key} > {merge}"], key, merge)

    def beside_inside(self, depth: int) -> Piece:
        step, key = self.held(self.piece(depth - 1))
        told, other, over = self.key("b"), self.asked(), self.key("e")
        self.uses("non-interrupting boundary event")
        self.declared.append(message(f"m{told}"))
        steps = [step, border(told, key, event("message", f"m{told}"), interrupting=False), *other.steps, end(over)]
        return Piece(steps, [f"{told} > {other.first} > {over}"], key, key)

    def failing(self, depth: int) -> Piece:
        """A choice inside ends in an error that the border catches; what runs beside it is called off."""
        body, fails, code = self.piece(depth - 1), self.key("e"), self.key("f")
        asked, choice = self.asked(), self.key("x")
        self.uses("error event")
        self.declared.append(error(code))
        inner = Piece(
            [*body.steps, *asked.steps, gate(choice), end(fails, event("error", code))],
            [*body.ways, f"{asked.first} > {choice}", f"{choice} > {fails} if v{asked.first} > 4",
             f"{choice} > {body.first} otherwise"],
            asked.first,
            body.last,
        )  # fmt: skip
        step, key = self.held(inner)
        caught, other, merge = self.key("b"), self.asked(), self.key("x")
        steps = [step, border(caught, key, event("error", code)), *other.steps, gate(merge)]
        return Piece(steps, [f"{caught} > {other.first} > {merge}", f"{key} > {merge}"], key, merge)

    def warned(self, depth: int) -> Piece:
        """A step inside escalates; the border is told, and calls off or works beside."""
        body, tells, code, asked = self.piece(depth - 1), self.key("t"), self.key("f"), self.asked()
        stays = self.random.random() < 0.5
        self.uses("escalation event")
        self.declared.append(escalation(code))
        # Somebody is asked before anything else: the oracle still does what can be done at once before it interrupts.
        inner = Piece(
            [throw(tells, event("escalation", code)), *asked.steps, *body.steps],
            [*body.ways, f"{tells} > {asked.first} > {body.first}"],
            tells,
            body.last,
        )
        step, key = self.held(inner)
        caught, other, over = self.key("b"), self.asked(), self.key("e")
        rim = border(caught, key, event("escalation", code), interrupting=not stays)
        return Piece([step, rim, *other.steps, end(over)], [f"{caught} > {other.first} > {over}"], key, key)

    def ending_all(self, depth: int) -> Piece:
        """Two ways, one of which ends all in its sub-process."""
        body, asked, fork, over = self.piece(depth - 1), self.asked(), self.key("s"), self.key("e")
        self.uses("terminate event", "parallel gateway")
        inner = Piece(
            [gate(fork, "parallel"), *body.steps, *asked.steps, end(over, event("terminate"))],
            [*body.ways, f"{fork} > {body.first}", f"{fork} > {asked.first} > {over}"],
            fork,
            body.last,
        )
        step, key = self.held(inner)
        return Piece([step], [], key, key)

    def race(self, _depth: int) -> Piece:
        first, one, two, last = self.key("r"), self.key("c"), self.key("c"), self.key("x")
        self.uses("event-based gateway")
        steps = [gate(first, "eventBased"), catch(one, self.event(one)), catch(two, self.event(two)), gate(last)]
        return Piece(steps, [f"{first} > {one} > {last}", f"{first} > {two} > {last}"], first, last)

    def listed_inside(self, depth: int) -> Piece:
        """A sub-process for each; what is in it is one row, so that all its places can be told apart."""
        one, two = self.asked(), self.asked()
        body = Piece([*one.steps, *two.steps], [f"{one.first} > {two.first}"], one.first, two.first)
        step, key = self.held(body)
        return Piece([self.repeated(step, two.first)], [], key, key)

    def handled(self, depth: int) -> Piece:
        """An event sub-process beside the work."""
        body, key, begin, asked, over = self.piece(depth - 1), self.key("h"), self.key("i"), self.asked(), self.key("e")
        self.uses("event sub-process")
        self.declared.append(message(f"m{begin}"))
        begun = node("startEvent", begin, event("message", f"m{begin}"), isInterrupting="false")
        beside = handler(key, begun, *asked.steps, end(over), ways=f"{begin} > {asked.first} > {over}")
        step, around = self.held(Piece([*body.steps, beside], body.ways, body.first, body.last))
        return Piece([step], [], around, around)

    def calling(self, depth: int) -> Piece:
        """Another process does it; what it answers is known here afterwards."""
        key, called, begin, over = self.key("p"), self.key("k"), self.key("i"), self.key("e")
        self.uses("call activity")
        declared, self.declared = self.declared, []
        body = self.piece(depth - 1)
        steps, ways = [start(begin), *body.steps], [f"{begin} > {body.first}", *body.ways]
        if body.last:
            steps.append(end(over))
            ways.append(f"{body.last} > {over}")
        self.made.called[called] = drawing(*steps, ways="; ".join(ways), declare="".join(self.declared), key=called)
        self.declared = declared
        return Piece([node("callActivity", key, calledElement=called)], [], key, key)

    # Whole processes without blocks

    def jumps(self, _depth: int) -> Piece:
        """Steps and choices that lead anywhere, back and forth."""
        self.uses("exclusive gateway", "jump")
        asked = [self.asked() for _step in range(self.random.randint(2, 6))]
        merges = [self.key("x") for _step in asked]
        over = self.key("e")
        steps, ways = [end(over), *(gate(merge) for merge in merges)], []
        for place, one in enumerate(asked):
            choice = self.key("x")
            steps += [*one.steps, gate(choice)]
            ways.append(f"{merges[place]} > {one.first} > {choice}")
            ahead = (merges[place + 1 :] or [over])[0]
            first, second = self.random.choice([*merges[1:], over]), self.random.choice([*merges[1:], over])
            targets = dict.fromkeys([first, second, ahead])
            limits = [" if v{} > 7", " if v{} > 4"][: len(targets) - 1]
            for target, limit in zip(targets, [*limits, " otherwise"], strict=True):
                ways.append(f"{choice} > {target}{limit.format(one.first)}")
        return Piece(steps, ways, merges[0], "")

    def spread(self, _depth: int) -> Piece:
        """Ways part and never have to meet: each ends for itself, or several come by one step in turn."""
        self.uses("parallel gateway", "several ends")
        fork = self.key("s")
        steps, ways, shared = [gate(fork, "parallel")], [], self.asked()
        merge, over = self.key("x"), self.key("e")
        steps += [*shared.steps, gate(merge), end(over)]
        ways.append(f"{merge} > {shared.first} > {over}")
        for _branch in range(self.random.randint(2, 3)):
            body = self.piece(1)
            steps += body.steps
            ways += [*body.ways, f"{fork} > {body.first}"]
            if body.last and self.random.random() < 0.5:
                ways.append(f"{body.last} > {merge}")
            elif body.last:
                own = self.key("e")
                steps.append(end(own))
                ways.append(f"{body.last} > {own}")
        return Piece(steps, ways, fork, "")

    def crossing(self, _depth: int) -> Piece:
        """Ways part and meet across each other, always forward; a join may wait in vain."""
        self.uses("crossing ways")
        kinds = [
            self.random.choice(["exclusive", "parallel", "inclusive"]) for _step in range(self.random.randint(2, 4))
        ]
        asked = [self.asked() for _kind in kinds]
        joins = [gate(self.key("j"), self.random.choice(["exclusive", "parallel", "inclusive"])) for _kind in kinds]
        keys = [re.findall(r'id="(\w+)"', join)[0] for join in joins]
        over, steps, ways = self.key("e"), [*joins], []
        steps.append(end(over))
        for place, (one, kind) in enumerate(zip(asked, kinds, strict=True)):
            fork = self.key("s")
            steps += [*one.steps, gate(fork, kind)]
            ways.append(f"{keys[place]} > {one.first} > {fork}")
            ahead = [*keys[place + 1 :], over]
            targets = list(dict.fromkeys([ahead[0], self.random.choice(ahead)]))
            for number, target in enumerate(targets):
                between = self.asked()
                steps += between.steps
                condition = (
                    ""
                    if kind == "parallel" or len(targets) == 1
                    else " otherwise"
                    if number
                    else f" if v{one.first} > 4"
                )
                ways += [f"{fork} > {between.first}{condition}", f"{between.first} > {target}"]
        return Piece(steps, ways, keys[0], "")
