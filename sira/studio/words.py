"""What drawings say in codes, in the desk's words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.processes import blocks, naming
from sira.tickets.models import Ticket

# Kind of a block: its words and its sign.  Those with "task:" are done by people.
BLOCKS: dict[str, tuple[str | Promise, str]] = {
    "task:ask": (_("Ask"), "clipboard-list"),
    "task:work": (_("Work"), "wrench"),
    "task:test": (_("Test"), "clipboard-check"),
    "task:approve": (_("Approve"), "stamp"),
    "task:survey": (_("Survey"), "star"),
    "task:publish": (_("Publish what was written"), "book-open"),
    "sira:notify": (_("Notify"), "bell-ring"),
    "sira:priority": (_("Decide priority"), "table"),
    "sira:promise": (_("Promise times"), "activity"),
    "sira:route": (_("Route"), "route"),
    "sira:stage": (_("Set stage"), "flag"),
    "sira:reply": (_("Reply"), "reply"),
    "sira:set": (_("Set a field"), "pen-line"),
    "sira:open_child": (_("Open a child ticket"), "ticket"),
    "sira:web_call": (_("Web call"), "plug"),
    "sira:absence": (_("Enter an absence"), "calendar-days"),
    "sira:resolve": (_("Resolve"), "check"),
    "sira:close": (_("Close"), "check-check"),
    "decide": (_("Decide"), "table-2"),
    "wait": (_("Wait"), "hourglass"),
    "call": (_("Call a process"), "workflow"),
}
PEOPLE_BLOCKS = [key for key in BLOCKS if key.startswith("task:")]

# Palette of the simple mode: group, blocks.  A block that no room can do is left out.
PALETTE: list[tuple[str | Promise, list[str]]] = [
    (_("Ask and tell"), ["task:ask", "sira:reply", "sira:notify", "task:survey"]),
    (_("Do"), ["task:work", "task:test", "sira:open_child", "sira:set", "sira:stage", "sira:web_call", "sira:absence"]),
    (_("Decide"), ["task:approve", "decide", "sira:priority", "sira:promise", "sira:route"]),
    (_("Flow"), ["choice", "fork", "wait", "task:publish", "sira:resolve", "sira:close", "end"]),
]
FLOW: dict[str, tuple[str | Promise, str]] = {
    "choice": (_("Choose a way"), "split"),
    "fork": (_("Fork and join"), "git-branch"),
    "end": (_("End"), "circle-check"),
}
FLOW_ELEMENTS = {"exclusiveGateway": "choice", "parallelGateway": "fork", "endEvent": "end"}

STAGES = Ticket.Stage.choices
NOTICES: list[tuple[str, str | Promise]] = [
    ("acknowledgement", _("We have your request")),
    ("stage", _("It has reached the next stage")),
    ("resolved", _("It is solved")),
    ("closed", _("It is closed")),
]
# Whom a drawing can name without knowing them: FEEL, and its words.
WHO: list[tuple[str, str | Promise]] = [
    ("=requester.manager", _("the requester's manager")),
    ("=requester.leads", _("who leads the requester's groups")),
    ("=requester.id", _("the requester")),
    ("=ticket.service_owner", _("the owner of the service")),
    ("=ticket.agent", _("the ticket's agent")),
]
# The first of each is what counts where nothing is said.
RULES: list[tuple[str, str | Promise]] = [
    ("all", _("all of them")),
    ("one", _("one is enough")),
    ("majority", _("more than half")),
    ("2", _("two of them")),
    ("2 of 3", _("two of three")),
]
RECIPIENTS: list[tuple[str, str | Promise]] = [
    ("requester", _("the requester")),
    ("agent", _("the ticket's agent")),
    ("group", _("everybody in the ticket's group")),
    ("=requester.manager", _("the requester's manager")),
]
SETTABLE: list[tuple[str, str | Promise]] = [
    ("priority", _("Priority")),
    ("impact", _("Impact")),
    ("urgency", _("Urgency")),
    ("category", _("Category")),
    ("service", _("Service")),
    ("group", _("Group")),
    ("tags", _("Tags")),
    ("subject", _("Subject")),
]
MESSAGES = ("requester answered", "ticket confirmed", "ticket reopened", "ticket withdrawn", "child ended")
BUILT_IN_DECISIONS: dict[str, str | Promise] = {
    "priority": _("the block “Decide priority”"),
    "promises": _("the block “Promise times”"),
    "routing": _("the block “Route”"),
}
WAITS: dict[str, str | Promise] = {
    "service": _("another system"),
    "task": _("somebody to do it"),
    "timer": _("a time"),
    "retry": _("another try"),
    "message": _("a message"),
    "signal": _("a signal"),
    "condition": _("a condition to come true"),
    "call": _("another process"),
    "incident": _("somebody to help: it is stuck"),
}
DECIDED = _("somebody to decide")

# What happened in a dry run, in words; what is not here is not told.
LINES: dict[str, str | Promise] = {
    "task": _("is asked for"),
    "done": _("is done"),
    "late": _("is not decided in time"),
    "closed": _("was not open any more when the answer came"),
    "timer": _("its time has come"),
    "heard": _("is heard"),
    "sent": _("tells everybody who waits for"),
    "mail": _("would send a mail"),
    "does": _("does its step"),
    "wrong": _("gets stuck"),
    "ended": _("The process has ended"),
}
DELAYS: list[tuple[int, str | Promise]] = [
    (0, _("at once")),
    (60, _("after an hour")),
    (240, _("after four hours")),
    (1440, _("after a day")),
    (4320, _("after three days")),
    (10080, _("after a week")),
]


def drawn(element: str, name: str, kind: str) -> str:
    """What the drawing itself calls it; without a name of its own as the palette does, for who draws reads that."""
    if name == element and kind in FLOW_ELEMENTS:
        return str(FLOW[FLOW_ELEMENTS[kind]][0])
    return naming.drawn(element, name, kind)


def automatic() -> list[tuple[str, str]]:
    """(task type, words) of every step that some room can do by itself."""
    return [(key, str(BLOCKS[key][0]) if key in BLOCKS else key) for key in blocks.known() if key != "sira:decide"]


def palette() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(group, [(block, words, icon)]) for what can be done here."""
    known = set(blocks.known())
    found = []
    for group, keys in PALETTE:
        able = [key for key in keys if not key.startswith("sira:") or key in known]
        found.append((str(group), [(key, str((BLOCKS | FLOW)[key][0]), (BLOCKS | FLOW)[key][1]) for key in able]))
    return found
