"""What a board was asked for: days, group, category, customer, channel; and the address of the list behind a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models.functions import Length

from sira.boards.figures import table_address
from sira.calendars.jalali import parse_date
from sira.calendars.refusals import NotADate
from sira.insight import scope as scopes
from sira.insight.figures import DEFINITIONS, NOW, Figure
from sira.insight.scope import Scope
from sira.people.finding import is_partner, organisations_known_to
from sira.people.models import Organisation, Person
from sira.people.rights import works_in
from sira.tickets import flows
from sira.tickets.models import Ticket

# Days before today.
PERIODS = {"today": 0, "week": 6, "month": 27, "quarter": 83}
MOST_DAYS = 800
KNOWN_YEARS = range(1970, 2200)  # what lies beyond leaves no room to count days from it
OF_TICKETS = ("group", "category", "organisation", "channel")
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """period: of PERIODS, or "days" for those that were named.  filters: what the address narrows by."""

    scope: Scope
    period: str
    filters: dict[str, str]
    is_odd: bool = False

    @property
    def query(self) -> str:
        return urlencode(self.filters)

    @property
    def query_now(self) -> str:
        """Without days, for a board of this moment."""
        return urlencode({name: value for name, value in self.filters.items() if name in OF_TICKETS})

    def query_with(self, **changes: str) -> str:
        kept = {name: value for name, value in self.filters.items() if name not in ("since", "until", "period")}
        return urlencode({**kept, **changes})

    def list_of(self, name: str, *, scope: Scope | None = None, **narrowed: Any) -> str:
        """The address of the list that a figure counts."""
        one, scope = DEFINITIONS[name], scope or self.scope
        wanted: list[tuple[str, Any]] = [("queue", one.lists)]
        if one.when != NOW:
            wanted += [("since", scope.since.isoformat()), ("until", scope.until.isoformat())]
        return address(scope, wanted, narrowed)


def address(scope: Scope, wanted: list[tuple[str, Any]], narrowed: Mapping[str, Any]) -> str:
    """Narrowed as the scope is, and further; None there stands for no group or no category.

    Keys, days and words of our own need no quotes, and a board has hundreds of such addresses.
    """
    values: dict[str, list[Any]] = {
        "group": list(scope.groups),
        "category": [scope.category] if scope.category else [],
        "organisation": [scope.organisation] if scope.organisation else [],
        "channel": [scope.channel] if scope.channel else [],
    }
    values |= {name: [value if value is not None else 0] for name, value in narrowed.items()}
    pairs = [(name, value) for name, some in values.items() for value in some]
    return f"{table_address()}?{'&'.join(f'{name}={value}' for name, value in (*wanted, *pairs))}"


def read(given: Mapping[str, str], person: Person, *, at: datetime) -> Asked:
    """What cannot be read is left out, and is_odd says so. Of a group that the reader does not see nothing is told,
    nor of a customer whom a partner does not know."""
    seen = scopes.groups_seen(person)
    today = flows.desk_day(at)
    kept: dict[str, str] = {}
    numbers: dict[str, int | None] = {}
    is_odd = False
    for name in ("group", "category", "organisation"):
        text = given.get(name, "")
        is_number = text.isdecimal() and len(text) < 19
        is_odd |= bool(text) and not is_number
        numbers[name] = int(text) if is_number else None
        kept |= {name: text} if is_number else {}
    if name_of_one := given.get("customer", "").strip():
        numbers["organisation"] = customer = customer_named(name_of_one, person)
        kept |= {"organisation": str(customer)} if customer else {}
        is_odd |= customer is None
    if (house := numbers["organisation"]) and is_partner(person) and house not in works_in(person).organisations:
        numbers["organisation"], is_odd = None, True
        kept.pop("organisation")
    channel = given.get("channel", "")
    if channel in Ticket.Channel.values:
        kept["channel"] = channel
    is_odd |= bool(channel) and "channel" not in kept
    period, since, until, odd_days = days_of(given, today)
    kept |= {"since": since.isoformat(), "until": until.isoformat()} if period == "days" else {"period": period}
    group = numbers["group"]
    groups = seen if group is None else (group,) if not seen or group in seen else (scopes.NO_GROUP,)
    scope = Scope(at, since, until, groups, numbers["category"], numbers["organisation"], kept.get("channel", ""))
    return Asked(scope, period, kept, is_odd or odd_days)


def customer_named(text: str, person: Person) -> int | None:
    """The customer of that name, or the only one whose name holds the words; None for none or several."""
    rows = organisations_known_to(person).filter(kind=Organisation.Kind.CUSTOMER, name__icontains=text)
    found = list(rows.order_by(Length("name"), "name").values_list("pk", "name")[:2])
    exact = [key for key, name in found if name.casefold() == text.casefold()]
    return exact[0] if exact else found[0][0] if len(found) == 1 else None


def days_of(given: Mapping[str, str], today: date) -> tuple[str, date, date, bool]:
    asked = given.get("since", ""), given.get("until", "")
    if any(asked):
        try:
            since, until = (parse_date(text) if text else today for text in asked)
        except (NotADate, ValueError):
            since = until = date.min
        if since.year not in KNOWN_YEARS or until.year not in KNOWN_YEARS:
            return "month", today - PERIODS["month"] * A_DAY, today, True
        first, last = min(since, until), max(since, until)
        return "days", max(first, last - MOST_DAYS * A_DAY), last, since > until
    period = given.get("period", "month")
    if period not in PERIODS:
        return "month", today - PERIODS["month"] * A_DAY, today, True
    return period, today - PERIODS[period] * A_DAY, today, False


def shown(asked: Asked, one: Figure) -> dict[str, Any]:
    definition = one.definition
    return {
        "name": one.name,
        "words": definition.words,
        "kind": definition.kind,
        "value": one.value,
        "counted": one.counted,
        "shape": definition.shape if one.value else "",
        "address": asked.list_of(one.name),
    }
