"""What holds for every drawing and whatever happens to it: random processes, random answers."""

import json
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from sira.processes.bpmn.advancing import advance
from sira.processes.bpmn.compiling import compile_process
from sira.processes.bpmn.messages import Cancel, Ended, Failed, Finished, GotStuck, Occurred, Start
from sira.processes.bpmn.reading import read
from sira.processes.bpmn.state import ROOT, State
from sira.processes.bpmn.writing import write
from sira.processes.tests.drawing import (
    border,
    catch,
    drawing,
    each,
    end,
    error,
    event,
    gate,
    message,
    service,
    start,
    subprocess,
    timer,
    user,
)  # fmt: skip
from sira.processes.tests.playing import MONDAY

DECLARED = message("m") + error("broken")


class Blocks:
    """Well-nested pieces, glued together: sequence, choice, parallel, inclusive, round, sub-process, borders, lists."""

    def __init__(self, choose):
        self.choose, self.count = choose, 0

    def key(self, kind):
        self.count += 1
        return f"{kind}{self.count}"

    def piece(self, depth):
        """(steps, ways, first, last)."""
        kinds = ["user", "service", "catch", "guarded", "listed"]
        if depth:
            kinds += ["sequence", "xor", "and", "or", "round", "sub", "race"]
        return getattr(self, self.choose(kinds))(depth)

    def user(self, _depth):
        key = self.key("u")
        return [user(key)], "", key, key

    def service(self, _depth):
        key = self.key("s")
        return [service(key)], "", key, key

    def catch(self, _depth):
        key = self.key("c")
        return [catch(key, self.choose([timer("PT1H"), event("message", "m")]))], "", key, key

    def listed(self, _depth):
        key = self.key("l")
        one_by_one = self.choose([True, False])
        until = self.choose(["", "numberOfCompletedInstances >= 2"])
        return [user(key, loop=each("[1, 2, 3]", until=until, one_by_one=one_by_one))], "", key, key

    def guarded(self, _depth):
        key, late, after = self.key("g"), self.key("b"), self.key("a")
        merge = self.key("x")
        stays = self.choose([True, False])
        if stays:
            return (
                [user(key), border(late, key, timer(cycle="R2/PT1H"), interrupting=False), service(after)],
                f"; {late} > {after}",
                key,
                key,
            )
        kind = self.choose([timer("PT1H"), event("error", "broken")])
        steps = [service(key), border(late, key, kind), user(after), gate(merge)]
        return steps, f"; {key} > {merge}; {late} > {after} > {merge}", key, merge

    def sequence(self, depth):
        (s1, w1, f1, l1), (s2, w2, f2, l2) = self.piece(depth - 1), self.piece(depth - 1)
        return s1 + s2, f"{w1}{w2}; {l1} > {f2}", f1, l2

    def split(self, depth, kind, conditions):
        (s1, w1, f1, l1), (s2, w2, f2, l2) = self.piece(depth - 1), self.piece(depth - 1)
        a, b = self.key("split"), self.key("join")
        one, two = conditions
        ways = f"{w1}{w2}; {a} > {f1}{one}; {a} > {f2}{two}; {l1} > {b}; {l2} > {b}"
        return [gate(a, kind), gate(b, kind), *s1, *s2], ways, a, b

    def xor(self, depth):
        return self.split(depth, "exclusive", (" if n > 5", " otherwise"))

    def and_(self, depth):
        return self.split(depth, "parallel", ("", ""))

    def or_(self, depth):
        return self.split(depth, "inclusive", (" if n > 3", " otherwise"))

    def round(self, depth):
        steps, ways, first, last = self.piece(depth - 1)
        before, after = self.key("merge"), self.key("again")
        turn = self.key("u")
        ways += f"; {before} > {first}; {last} > {turn} > {after}; {after} > {before} if n > 8"
        out = self.key("s")
        return (
            [*steps, gate(before), gate(after), user(turn), service(out)],
            f"{ways}; {after} > {out} otherwise",
            before,
            out,
        )

    def sub(self, depth):
        steps, ways, first, last = self.piece(depth - 1)
        key, begin, finish = self.key("sub"), self.key("begin"), self.key("finish")
        loop = self.choose(["", each("[1, 2]")])
        inner = subprocess(
            key, start(begin), *steps, end(finish), ways=f"{begin} > {first}; {last} > {finish}{ways}", loop=loop
        )
        return [inner], "", key, key

    def race(self, depth):
        first, one, two, last = self.key("race"), self.key("c"), self.key("c"), self.key("merge")
        steps = [gate(first, "eventBased"), catch(one, timer("PT1H")), catch(two, event("message", "m")), gate(last)]
        return steps, f"; {first} > {one} > {last}; {first} > {two} > {last}", first, last


setattr(Blocks, "and", Blocks.and_)
setattr(Blocks, "or", Blocks.or_)


@st.composite
def drawings(draw):
    steps, ways, first, last = Blocks(lambda kinds: draw(st.sampled_from(kinds))).piece(3)
    return drawing(start(), *steps, end(), declare=DECLARED, ways=f"start > {first}; {last} > end{ways}")


def stimuli(state):
    """Everything that could happen next, as the state has it."""
    for token, waits in state.waits.items():
        for element, wait in waits.items():
            match wait[0]:
                case "task" | "incident":
                    yield Finished(token, element, {"n": 1}), Finished(token, element, {"n": 9})
                case "service":
                    yield Finished(token, element), Failed(token, element, "broken", "It broke.")
                case "timer" | "message" | "signal":
                    yield Occurred(token, element, {"n": 4}), Occurred(token, element)


def check(graph, state):
    """Every scope has tokens or is closed; everything points to what is there; JSON keeps it whole."""
    scopes_with_tokens = {scope for _node, scope in state.tokens.values()}
    for key, scope in state.scopes.items():
        assert key == ROOT or key in state.tokens
        assert "at" not in scope or key in scopes_with_tokens or state.joins.get(key)
        assert scope.get("in", ROOT) == ROOT or scope["in"] in state.scopes
    for token, (node_id, scope) in state.tokens.items():
        assert node_id in graph.nodes and (scope == ROOT or scope in state.scopes)
        assert state.waits.get(token) or token in scopes_with_tokens, "a token waits, or something moves inside it"
    assert set(state.waits) <= {*state.tokens, ROOT}
    assert set(state.joins) <= {*state.scopes, ROOT}
    assert State.read(json.loads(json.dumps(state.stored()))).stored() == state.stored()


@settings(max_examples=150)
@given(drawings(), st.data())
def test_every_scope_has_tokens_or_is_closed_whatever_happens(source, data):
    graph = compile_process(read(source))
    done = advance(graph, State(), Start({"n": 4}), facts={}, at=MONDAY)
    for _turn in range(60):
        state = done.state
        check(graph, state)
        stuck = {effect.code for effect in done.effects if isinstance(effect, GotStuck)}
        assert stuck <= {"broken"}, "only an error that nobody catches stops a well-drawn process"
        possible = [each for pair in stimuli(state) for each in pair]
        if any(isinstance(effect, Ended) for effect in done.effects):
            assert not state.tokens and not state.waits and not state.joins
            return
        assert possible, "a process that has not ended waits for something"
        before = json.dumps(state.stored())
        done = advance(graph, state, data.draw(st.sampled_from(possible)), facts={}, at=MONDAY)
        assert json.dumps(state.stored()) == before, "the given state stays as it was"
    assert advance(graph, done.state, Cancel(), facts={}, at=MONDAY).state.stored().keys() <= {"variables", "scopes"}


@settings(max_examples=60)
@given(drawings())
def test_every_drawing_is_written_back_as_it_was_read(source):
    assert read(write(read(source))) == read(source)


@settings(max_examples=60)
@given(drawings(), st.data())
def test_the_same_stimuli_give_the_same_state(source, data):
    graph = compile_process(read(source))
    played = []
    state = advance(graph, State(), Start({"n": 4}), facts={}, at=MONDAY).state
    for _turn in range(15):
        possible = [each for pair in stimuli(state) for each in pair]
        if not possible:
            break
        played.append(data.draw(st.sampled_from(possible)))
        state = advance(graph, state, played[-1], facts={}, at=MONDAY).state
    again = advance(graph, State(), Start({"n": 4}), facts={}, at=MONDAY).state
    for stimulus in played:
        again = advance(graph, again, stimulus, facts={}, at=MONDAY).state
    assert again == state


def told(steps, standing):
    """Where the history says that something is waited for, after these steps."""
    for step in steps:
        element = step.lstrip("+-!~")
        if step[0] == "+" or (step[0] == "!" and not standing[element]):
            standing[element] += 1
        elif step[0] != "~" and step[0] != "!" and standing[element]:
            standing[element] -= 1
    return +standing


def stands(graph, state):
    """Where tokens wait, or something moves inside them; who only holds the items of a list is not told of."""
    holders = {key for key, scope in state.scopes.items() if "loop" in scope}
    waiting = {token for token, waits in state.waits.items() if token in state.tokens and waits}
    inside = {scope for _node, scope in state.tokens.values()}
    return Counter(
        state.tokens[token][0] for token in state.tokens if token in waiting | inside and token not in holders
    )


@settings(max_examples=100)
@given(drawings(), st.data())
def test_replaying_the_history_says_where_it_stands(source, data):
    graph = compile_process(read(source))
    done, standing = advance(graph, State(), Start({"n": 4}), facts={}, at=MONDAY), Counter()
    for _turn in range(40):
        standing = told(done.steps, standing)
        assert standing == stands(graph, done.state), done.steps
        possible = [each for pair in stimuli(done.state) for each in pair]
        if not possible:
            break
        done = advance(graph, done.state, data.draw(st.sampled_from(possible)), facts={}, at=MONDAY)
