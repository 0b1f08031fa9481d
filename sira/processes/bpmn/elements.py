"""Which parts of BPMN are run, and in which words people know them. The reference page is made from this table."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn.graph import Kind

EVENT_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "timerEventDefinition": "timer",
        "messageEventDefinition": "message",
        "signalEventDefinition": "signal",
        "errorEventDefinition": "error",
        "escalationEventDefinition": "escalation",
        "conditionalEventDefinition": "condition",
        "linkEventDefinition": "link",
        "compensateEventDefinition": "compensate",
        "terminateEventDefinition": "terminate",
        "cancelEventDefinition": "cancel",
    }
)

# Element and event: what it becomes. "" is an element without an event.
RUN: Mapping[tuple[str, str], Kind] = MappingProxyType(
    {
        **{("startEvent", event): Kind.START for event in ("", "timer", "message", "signal")},
        **{
            ("endEvent", event): Kind.END
            for event in ("", "terminate", "message", "signal", "error", "escalation", "compensate")
        },
        ("task", ""): Kind.TASK,
        ("userTask", ""): Kind.TASK,
        ("manualTask", ""): Kind.TASK,
        ("serviceTask", ""): Kind.SERVICE,
        ("sendTask", ""): Kind.SERVICE,
        ("businessRuleTask", ""): Kind.SERVICE,
        ("receiveTask", ""): Kind.RECEIVE,
        ("scriptTask", ""): Kind.SCRIPT,
        ("callActivity", ""): Kind.CALL,
        ("subProcess", ""): Kind.SUBPROCESS,
        ("exclusiveGateway", ""): Kind.EXCLUSIVE,
        ("parallelGateway", ""): Kind.PARALLEL,
        ("inclusiveGateway", ""): Kind.INCLUSIVE,
        ("eventBasedGateway", ""): Kind.EVENT_GATEWAY,
        **{
            ("intermediateCatchEvent", event): Kind.CATCH
            for event in ("timer", "message", "signal", "condition", "link")
        },
        **{
            ("intermediateThrowEvent", event): Kind.THROW
            for event in ("", "message", "signal", "escalation", "compensate", "link")
        },
        **{
            ("boundaryEvent", event): Kind.BOUNDARY
            for event in ("timer", "message", "signal", "condition", "error", "escalation", "compensate")
        },
    }
)
IN_EVENT_SUBPROCESS = frozenset({"timer", "message", "signal", "condition", "error", "escalation", "compensate"})
ACTIVITIES = frozenset({Kind.TASK, Kind.SERVICE, Kind.RECEIVE, Kind.SCRIPT, Kind.CALL, Kind.SUBPROCESS})

# Parts that say something to readers and nothing to the engine; what they hold is kept and written back.
SILENT = frozenset(
    """
    documentation extensionElements incoming outgoing laneSet dataObject dataObjectReference dataStoreReference
    association textAnnotation group auditing monitoring property ioSpecification dataInputAssociation
    dataOutputAssociation resourceRole performer humanPerformer potentialOwner supportedInterfaceRef rendering
    correlationSubscription script conditionExpression
    """.split()  # noqa: SIM905
)

NOT_RUN: Mapping[str, Promise | str] = MappingProxyType(
    {
        "complexGateway": _(
            "complex gateways are not run; an inclusive gateway or a completion condition says it clearer"
        ),
        "transaction": _("transactions are not run; use a sub-process with compensation"),
        "adHocSubProcess": _("ad-hoc sub-processes are not run; use an inclusive gateway"),
        "globalUserTask": _("global tasks are not run; draw the task in the process"),
        "choreographyTask": _("choreographies are not run"),
        "subChoreography": _("choreographies are not run"),
        "callChoreography": _("choreographies are not run"),
        "cancel": _("cancel events belong to transactions, which are not run"),
    }
)

WORDS: Mapping[str, Promise | str] = MappingProxyType(
    {
        "process": _("Process"),
        "startEvent": _("Start"),
        "endEvent": _("End"),
        "task": _("Task"),
        "userTask": _("User task"),
        "manualTask": _("Manual task"),
        "serviceTask": _("Service task"),
        "sendTask": _("Send task"),
        "receiveTask": _("Receive task"),
        "businessRuleTask": _("Business rule task"),
        "scriptTask": _("Script task"),
        "callActivity": _("Call activity"),
        "subProcess": _("Sub-process"),
        "transaction": _("Transaction"),
        "adHocSubProcess": _("Ad-hoc sub-process"),
        "exclusiveGateway": _("Exclusive gateway"),
        "parallelGateway": _("Parallel gateway"),
        "inclusiveGateway": _("Inclusive gateway"),
        "eventBasedGateway": _("Event-based gateway"),
        "complexGateway": _("Complex gateway"),
        "intermediateCatchEvent": _("Catching event"),
        "intermediateThrowEvent": _("Throwing event"),
        "boundaryEvent": _("Boundary event"),
        "sequenceFlow": _("Arrow"),
    }
)
