"""The same answers given to two engines: ours, and SpiffWorkflow as the oracle. Each says where it stands."""

import re
from collections import Counter
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition, EscalationEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import EventBasedGateway
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from sira.processes.bpmn.advancing import advance
from sira.processes.bpmn.compiling import compile_process
from sira.processes.bpmn.messages import Call, Ended, Finished, GotStuck, Occurred, Release, Start, Stimulus
from sira.processes.bpmn.reading import read
from sira.processes.bpmn.state import State
from sira.processes.bpmn.walk import STUCK
from sira.processes.tests.differential.undoing import for_ours, for_theirs
from sira.processes.tests.playing import MONDAY

Place = Counter[str]
NONE: Mapping[str, str] = {}
LOOKED_FOR = (ErrorEventDefinition, EscalationEventDefinition)
SEEN = ("u", "t", "c")  # steps whose passing both engines tell alike


class Ours:
    """around, token: the process that calls this one, and its token that waits for it."""

    def __init__(
        self, source: str, called: Mapping[str, str] = NONE, around: "Ours | None" = None, token: str = ""
    ) -> None:
        self.graph, self.state = compile_process(read(for_ours(source))), State()
        self.called, self.around, self.token = called, around, token
        self.inner: dict[str, Ours] = {}
        self.passed: Place = around.passed if around else Counter()
        self.ended = self.told = False
        self.take(Start({}) if around is None else Start(around.state.variables))

    def take(self, stimulus: Stimulus) -> None:
        done = advance(self.graph, self.state, stimulus, facts={}, at=MONDAY, called=self.around is not None)
        self.state = done.state
        self.passed.update(step for step in done.steps if step[0] in SEEN)
        self.ended = self.ended or any(isinstance(each, Ended) for each in done.effects)
        for each in done.effects:
            if isinstance(each, GotStuck) and each.code != "join_waits_in_vain":
                raise AssertionError(f"stuck at {each.element}: {each.message}")
            if isinstance(each, Release) and each.kind == "call":
                self.inner.pop(each.token, None)
        for each in done.effects:
            if isinstance(each, Call) and self.state.waits.get(each.token, {}).get(each.element):
                inner = Ours(self.called[each.key], self.called, self, each.token)
                if not inner.ended:
                    self.inner[each.token] = inner
        if self.ended and self.around is not None and not self.told:
            self.told = True
            self.around.inner.pop(self.token, None)
            self.around.take(Finished(self.token, "", self.state.variables))

    @property
    def waiting(self) -> Place:
        """A join that waits in vain is left to an operator here, and waits for ever there."""
        waits = [(element, wait[0]) for waits in self.state.waits.values() for element, wait in waits.items()]
        found = Counter(element for element, kind in waits if kind not in (STUCK, "call"))
        return sum((inner.waiting for inner in self.inner.values()), found)

    def tokens(self, element: str) -> list[str]:
        return sorted((token for token, waits in self.state.waits.items() if element in waits), key=int)

    def finish(self, element: str, answers: dict[str, Any]) -> None:
        if not self.tokens(element):
            next(inner for inner in self.inner.values() if inner.waiting[element]).finish(element, answers)
            return
        self.take(Finished(self.tokens(element)[0], element, answers))

    def hear(self, element: str) -> None:
        """Everybody who waits there, as a message reaches all. What interrupts nothing is heard once, as by theirs."""
        for inner in [inner for inner in self.inner.values() if inner.waiting[element]]:
            inner.hear(element)
        for token in self.tokens(element):
            if element in self.state.waits.get(token, {}):
                self.take(Occurred(token, element))
                self.state.waits.get(token, {}).pop(element, None)


class Known(PythonScriptEngine):
    """A condition of an event reads what was answered on any way; theirs alone would keep answers apart by way."""

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__()
        self.answers = answers

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        if not isinstance(getattr(task.task_spec, "event_definition", None), ConditionalEventDefinition):
            return super().evaluate(task, expression, external_context)
        known = all(name in self.answers for name in re.findall(r"v\w+", expression))
        return known and self.environment.evaluate(expression, dict(self.answers))


class Theirs:
    """SpiffWorkflow, given the same drawing: conditions without the equals sign, times in quotes."""

    def __init__(self, source: str, called: Mapping[str, str] = NONE) -> None:
        parser = BpmnParser()
        for key, text in {**called, "p": source}.items():
            text = re.sub(r"(<bpmn:condition(?:Expression[^>]*)?>)=", r"\1", for_theirs(text))
            text = re.sub(r"(<bpmn:timeDuration>)(.*?)(</)", r'\1"\2"\3', text)
            parser.add_bpmn_xml(etree.parse(BytesIO(text.encode())), filename=f"{key}.bpmn")
        self.answers: dict[str, Any] = {}
        engine = Known(self.answers)
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"), script_engine=engine)
        self.passed: Place = Counter()
        self.left: Place = Counter()
        self.go_on()

    def go_on(self) -> None:
        """As far as it comes; conditions are asked when nothing else moves, which theirs leaves to its host."""
        self.workflow.do_engine_steps(did_complete_task=self.note)
        while fired := [task for task in self.workflow.event_manager.tasks.values() if self.holds(task)]:
            fired[0].task_spec._update(fired[0])
            self.workflow.do_engine_steps(did_complete_task=self.note)

    @staticmethod
    def holds(task: Any) -> bool:
        event = task.task_spec.event_definition
        waits = task.has_state(TaskState.WAITING) and isinstance(event, ConditionalEventDefinition)
        return waits and event.has_fired(task)

    def note(self, task: Any) -> None:
        """What repeats a step is not the step."""
        key, repeats = task.task_spec.bpmn_id or "-", isinstance(task.task_spec, LoopTask)
        if key[0] in SEEN and not repeats:
            self.passed[key] += 1
        around = getattr(task.parent, "task_spec", None)
        if not (isinstance(around, LoopTask) and around.task_spec == task.task_spec.name):
            self.left[key] += 1

    @property
    def ended(self) -> bool:
        return self.workflow.completed

    @property
    def waiting(self) -> Place:
        return Counter(element for element, _task, _event in self.places())

    def all(self, state: int) -> list[Any]:
        found = {task.id: task for task in self.workflow.get_tasks(state=state)}
        for inner in self.workflow.subprocesses.values():
            found |= {task.id: task for task in inner.get_tasks(state=state)}
        return [task for task in found.values() if not isinstance(task.task_spec, LoopTask)]

    def places(self) -> list[tuple[str, Any, Any]]:
        """(element, task, event)."""
        found = [(task.task_spec.bpmn_id, task, None) for task in self.all(TaskState.READY) if task.task_spec.manual]
        for task in self.workflow.event_manager.tasks.values():
            spec = task.task_spec
            if not task.has_state(TaskState.WAITING) or isinstance(spec.event_definition, LOOKED_FOR):
                continue
            if isinstance(spec, EventBasedGateway):
                events = spec.event_definition.event_definitions
                found += [(child.bpmn_id, task, each) for child, each in zip(spec.outputs, events, strict=True)]
            elif not isinstance(spec, BpmnStartTask):
                found.append((spec.bpmn_id, task, spec.event_definition))
        return found

    def finish(self, element: str, answers: dict[str, Any]) -> None:
        task = next(task for key, task, event in self.places() if key == element and event is None)
        task.data.update(answers)
        self.answers.update(answers)
        task.run()
        self.note(task)
        self.go_on()

    def hear(self, element: str) -> None:
        for key, task, event in self.places():
            if key == element and task.has_state(TaskState.WAITING):
                task.task_spec.catch(task, BpmnEvent(event))
                task.task_spec._update(task)
        self.go_on()
