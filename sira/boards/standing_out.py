"""What is not as usual, and why it may be; what breaks today. Sentences with the list that each is about."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from statistics import pstdev

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sira.boards.asking import address
from sira.insight import counting
from sira.insight.scope import Scope, bounds
from sira.people.models import Membership, Organisation, Person
from sira.plumbing import prepared
from sira.shell import formats
from sira.shell.names import named
from sira.tickets import flows, tallies
from sira.tickets.models import Category, Ticket
from sira.workforce import availability
from sira.workforce.models import Absence

WEEKS, LEAST_MORE, MOST_LINES = 4, 3, 3
A_DAY = timedelta(days=1)


def seen(scope: Scope, person: Person) -> Iterator[tuple[str, str]]:
    """Of the one day of the scope: categories and customers that brought far more than usual, and who is away now."""
    yield from _categories(scope, person)
    yield from _customers(scope, person)
    yield from _absent(scope, person)


def is_unusual(count: int, before: list[int]) -> bool:
    """More than twice the mean, and beyond what its days differ by."""
    mean = sum(before) / len(before)
    return count >= mean + LEAST_MORE and count > 2 * mean and count > mean + 2 * pstdev(before)


def _categories(scope: Scope, person: Person) -> Iterator[tuple[str, str]]:
    days = [scope.since - week * 7 * A_DAY for week in range(1, WEEKS + 1)]
    counts = dict(counting.sums(scope, ("opened",), ("category_id",)))
    before = [dict(counting.sums(scope.over(day, day), ("opened",), ("category_id",))) for day in days]
    found = [(key, n, [one.get(key, 0) for one in before]) for key, n in counts.items() if key]
    names = Category.objects.in_bulk([key for key, _n, _before in found])
    for key, n, was in sorted(found, key=lambda one: -one[1])[:MOST_LINES]:
        if is_unusual(n, was):
            yield _said(named(names[key]), n, was, person), _opened(scope, category=key)


_BY_CUSTOMER = """
    SELECT organisation_id, desk_day(opened_at), count(*) FROM tickets_ticket
     WHERE opened_at >= %s AND opened_at < %s AND organisation_id IS NOT NULL AND merged_into_id IS NULL
       AND (%s OR coalesce(group_id, 0) = ANY(%s)) GROUP BY 1, 2
"""


def _customers(scope: Scope, person: Person) -> Iterator[tuple[str, str]]:
    first, last = bounds(scope.since - WEEKS * 7 * A_DAY, scope.until)
    counts: Counter[tuple[int, int]] = Counter()
    for key, day, n in prepared.ask(_BY_CUSTOMER, [first, last, not scope.groups, list(scope.groups)]):
        counts[key, (scope.since - day).days] += n
    of_day = {key: n for (key, ago), n in counts.items() if ago == 0}
    names = Organisation.objects.filter(kind=Organisation.Kind.CUSTOMER).in_bulk(list(of_day))
    for key, n in sorted(of_day.items(), key=lambda one: -one[1]):
        was = [counts[key, 7 * week] for week in range(1, WEEKS + 1)]
        if key in names and is_unusual(n, was):
            yield _said(str(names[key]), n, was, person), _opened(scope, organisation=key)


def _said(name: str, n: int, was: list[int], person: Person) -> str:
    usual = formats.amount(round(sum(was) / len(was)), person.language)
    return _("%(name)s: %(count)s came, usual is %(usual)s.") % {
        "name": formats.apart(name, person.language),
        "count": formats.amount(n, person.language),
        "usual": usual,
    }


def _opened(scope: Scope, **narrowed: int) -> str:
    days = [("since", scope.since.isoformat()), ("until", scope.until.isoformat())]
    return address(scope, [("queue", "opened"), *days], narrowed)


def _absent(scope: Scope, person: Person) -> Iterator[tuple[str, str]]:
    """Of the groups that the reader leads, or of all for who sees all."""
    rows = Membership.objects.filter(person__in=Person.objects.agents())
    if scope.groups:
        rows = rows.filter(group__in=[key for key in scope.groups if key])
    members = set(rows.values_list("person", flat=True))
    kinds = set(Absence.Kind.values)
    away = sorted(key for key, why in availability.left_out(members, scope.at).items() if why in kinds)
    open_work = Counter[int]()
    for one in tallies.counts():
        if one.agent in away and counting.is_of(scope, one.group) and one.status in Ticket.ACTIVE:
            open_work[one.agent] += one.n
    names = Person.objects.in_bulk(away[:20])
    for key in sorted(names, key=lambda key: -open_work[key])[:MOST_LINES]:
        said = _("%(name)s is away; %(count)s open tickets are theirs.") % {
            "name": formats.apart(str(names[key]), person.language),
            "count": formats.amount(open_work[key], person.language),
        }
        yield said, address(scope, [("queue", "all")], {"agent": key})


_BREAKING = """
    SELECT count(*), count(*) FILTER (WHERE agent_id IS NULL) FROM tickets_ticket
     WHERE status IN ('open', 'waiting', 'held') AND NOT (status = 'closed') AND due_at >= %s AND due_at < %s
       AND turn_at < %s AND (%s OR coalesce(group_id, 0) = ANY(%s))
"""


def breaking(scope: Scope, person: Person) -> Iterator[tuple[str, str]]:
    """What is late already, and what will be before the day ends."""
    _first, ends = bounds(scope.since, flows.desk_day(scope.at))
    values = [scope.at, ends, ends, not scope.groups, list(scope.groups)]
    ((count, nobody),) = prepared.ask(_BREAKING, values)
    late = counting.standing(scope)["broken"]
    language = person.language
    if count:
        words = ngettext("%(count)s promise breaks today.", "%(count)s promises break today.", count)
        said = words % {"count": formats.amount(count, language)}
        if nobody:
            said += " " + _("Nobody has %(count)s of them.") % {"count": formats.amount(nobody, language)}
        yield said, address(scope, [("queue", "due_today")], {})
    if late:
        words = ngettext("%(count)s is late already.", "%(count)s are late already.", late)
        yield words % {"count": formats.amount(late, language)}, address(scope, [("queue", "broken")], {})
    if not count and not late:
        yield _("No promise breaks today."), ""
