"""Drawings for tests, written short: steps as functions, ways as text."""

import re
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'id="definitions" targetNamespace="http://sira.example">\n'
)
WAY = re.compile(r"^(?P<nodes>[\w> ]+?)(?: if (?P<condition>.+)| (?P<otherwise>otherwise))?$", re.DOTALL)


def drawing(*steps: str, ways: str, key: str = "p", declare: str = "") -> str:
    """ways: "a > b > c; g > d if x = 1; g > e otherwise"."""
    return f"{HEAD}{declare}{process(*steps, ways=ways, key=key)}\n</bpmn:definitions>"


def process(*steps: str, ways: str, key: str = "p") -> str:
    return f'<bpmn:process id="{key}" name="{key}" isExecutable="true">\n{wired(steps, ways)}</bpmn:process>'


def wired(steps: tuple[str, ...], ways: str) -> str:
    text = "\n".join(steps) + "\n"
    for way in filter(None, (part.strip() for part in ways.split(";"))):
        found = WAY.match(way)
        assert found, way
        nodes = [node.strip() for node in found["nodes"].split(">")]
        for source, target in pairwise(nodes):
            flow = f"{source}_{target}"
            if found["otherwise"]:
                text = text.replace(f' id="{source}"', f' id="{source}" default="{flow}"', 1)
            condition = conditional(found["condition"]) if found["condition"] else ""
            text += f'<bpmn:sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}">{condition}'
            text += "</bpmn:sequenceFlow>\n"
    return text


def conditional(condition: str) -> str:
    written = escape(condition)
    return f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">={written}</bpmn:conditionExpression>'


def node(local: str, key: str, inside: str = "", extension: str = "", **attributes: str) -> str:
    attributes = {"name": key.replace("_", " ").capitalize()} | attributes
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    extensions = f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>" if extension else ""
    return f'<bpmn:{local} id="{key}"{written}>{extensions}{inside}</bpmn:{local}>'


def start(key: str = "start", event: str = "", **attributes: str) -> str:
    return node("startEvent", key, event, **attributes)


def end(key: str = "end", event: str = "", **attributes: str) -> str:
    return node("endEvent", key, event, **attributes)


def user(key: str, *, loop: str = "", extension: str = "", **attributes: str) -> str:
    return node("userTask", key, loop, extension, **attributes)


def service(
    key: str, task_type: str = "", *, loop: str = "", retries: str = "", extension: str = "", **more: str
) -> str:
    tries = f' retries="{retries}"' if retries else ""
    definition = f'<zeebe:taskDefinition type="{task_type or key}"{tries}/>'
    return node("serviceTask", key, loop, definition + extension, **more)


def gate(key: str, kind: str = "exclusive") -> str:
    return node(f"{kind}Gateway", key)


def subprocess(key: str, *steps: str, ways: str, loop: str = "", extension: str = "", **attributes: str) -> str:
    return node("subProcess", key, loop + wired(steps, ways), extension, **attributes)


def handler(key: str, *steps: str, ways: str) -> str:
    return subprocess(key, *steps, ways=ways, triggeredByEvent="true")


def catch(key: str, event: str) -> str:
    return node("intermediateCatchEvent", key, event)


def throw(key: str, event: str) -> str:
    return node("intermediateThrowEvent", key, event)


def border(key: str, host: str, event: str, *, interrupting: bool = True) -> str:
    return node("boundaryEvent", key, event, attachedToRef=host, cancelActivity=str(interrupting).lower())


def timer(duration: str = "", *, date: str = "", cycle: str = "") -> str:
    local, text = next((k, v) for k, v in (("Duration", duration), ("Date", date), ("Cycle", cycle)) if v)
    return f"<bpmn:timerEventDefinition><bpmn:time{local}>{text}</bpmn:time{local}></bpmn:timerEventDefinition>"


def event(kind: str, reference: str = "", attribute: str = "") -> str:
    refers = f' {attribute or kind + "Ref"}="{reference}"' if reference else ""
    return f"<bpmn:{kind}EventDefinition{refers}/>"


def when(condition: str) -> str:
    inner = f"<bpmn:condition>={escape(condition)}</bpmn:condition>"
    return f"<bpmn:conditionalEventDefinition>{inner}</bpmn:conditionalEventDefinition>"


def message(key: str, correlation: str = "") -> str:
    subscription = f'<zeebe:subscription correlationKey="{correlation}"/>' if correlation else ""
    return node("message", key, "", subscription, name=key)


def error(code: str) -> str:
    return f'<bpmn:error id="{code}" name="{code}" errorCode="{code}"/>'


def escalation(code: str) -> str:
    return f'<bpmn:escalation id="{code}" name="{code}" escalationCode="{code}"/>'


def signal(name: str) -> str:
    return f'<bpmn:signal id="{name}" name="{name}"/>'


def each(
    items: str, item: str = "item", *, until: str = "", collect: str = "", into: str = "", one_by_one: bool = False
) -> str:
    given = f'inputCollection="={items}" inputElement="{item}"'
    given += f' outputElement="={collect}" outputCollection="{into}"' if into else ""
    stop = f"<bpmn:completionCondition>={until.replace('<', '&lt;')}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(one_by_one).lower()}">'
        f"<bpmn:extensionElements><zeebe:loopCharacteristics {given}/></bpmn:extensionElements>{stop}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def mapping(*, inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    lines = "".join(f"<zeebe:input source={quoteattr(s)} target={quoteattr(t)}/>" for t, s in (inputs or {}).items())
    lines += "".join(f"<zeebe:output source={quoteattr(s)} target={quoteattr(t)}/>" for t, s in (outputs or {}).items())
    return f"<zeebe:ioMapping>{lines}</zeebe:ioMapping>"
