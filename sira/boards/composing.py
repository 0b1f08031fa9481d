"""The tiles of a board, filled: plain values that the page, the wall, the exports and the letter show alike."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sira.boards.asking import Asked, address, shown
from sira.boards.tiles import TILES
from sira.boards.wording import changed
from sira.insight import expecting, hours, stood, trends
from sira.insight.figures import DEFINITIONS, NOW, by_kind, figures, of_sums
from sira.insight.hours import Today
from sira.insight.scope import bounds
from sira.people.models import SupportGroup
from sira.plumbing.composed import composed
from sira.shell import formats, marks
from sira.shell.names import named
from sira.surveys import satisfaction
from sira.tickets import flows
from sira.tickets.models import Category, Ticket

OF_NOW = tuple(name for name, one in DEFINITIONS.items() if one.when == NOW)
OF_DAYS = (
    "opened",
    "solved",
    "kept_share",
    "answer_kept_share",
    "reopen_rate",
    "first_contact_rate",
    "answer_time",
    "solve_time",
)
MOST_LINES, SHORT = 12, 8


@dataclass(frozen=True)
class Cell:
    """kind: count, share, time, day or text.  address: of the list that it counts."""

    value: Any
    kind: str = "count"
    address: str = ""
    counted: int | None = None


@dataclass(frozen=True)
class Tile:
    """key: of tiles.TILES.  chart: how its table is drawn, empty for none.  heads: the first names the lines."""

    key: str
    chart: str = ""
    heads: list[str] = field(default_factory=list)
    lines: list[list[Cell]] = field(default_factory=list)
    numbers: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""

    @property
    def is_long(self) -> bool:
        """Its picture says it at a glance; the table opens under it."""
        return bool(self.chart) and len(self.lines) > SHORT

    @property
    def words(self) -> str:
        return str(TILES[self.key])


def compose(keys: tuple[str, ...], asked: Asked) -> list[Tile]:
    return [tile for key in keys if (tile := FILL[key](asked)) is not None]


def now(asked: Asked) -> Tile:
    found, scope, language = figures(asked.scope, OF_NOW), asked.scope, marks.language()
    then = stood.before(scope.at, groups=scope.groups) if scope.is_plain else None
    since = {name: changed(name, one.counted, then, language) for name, one in found.items()}
    return Tile("now", numbers=[{**shown(asked, one), "note": since[name]} for name, one in found.items()])


def period(asked: Asked) -> Tile:
    found = figures(asked.scope, OF_DAYS)
    return Tile("period", numbers=[shown(asked, one) for one in found.values()])


def by_hour(asked: Asked, today: Today) -> Tile:
    """What came and went in each hour of this day, before what usually comes."""
    day = flows.desk_day(asked.scope.at)
    scope, language = asked.scope.over(day, day), marks.language()
    heads, lines = [_("Hour"), _("Opened"), _("Resolved")], []
    knows_usual = any(one.usual for one in today.hours)
    for one in today.hours:
        names = (("opened", one.opened), ("solved", one.solved))
        ways = [asked.list_of(name, scope=scope, hour=one.hour) if n else "" for name, n in names]
        counts = [Cell(n, "count", way) for (_name, n), way in zip(names, ways, strict=True)]
        usual = [Cell(n, "count") for n in one.usual or ()]
        lines.append([Cell(formats.digits(one.hour, language), "text"), *counts, *usual])
    if not knows_usual:
        return Tile("hours", "hours", heads, lines, note=_("by hour"))
    heads += [_("usually at least"), _("usually at most")]
    return Tile("hours", "hours", heads, lines, note=_("usual: what came on this weekday of the last four weeks"))


def trend(asked: Asked) -> Tile:
    weekly = asked.scope.days > 35
    lines = []
    for step in trends.trend(asked.scope, ("opened", "solved"), weekly=weekly):
        scope = asked.scope.over(step.since, step.until)
        counts = [Cell(one.value, "count", asked.list_of(name, scope=scope)) for name, one in step.figures.items()]
        lines.append([Cell(step.since, "day"), *counts])
    return Tile("trend", "bars", [_("Week from") if weekly else _("Day"), _("Opened"), _("Resolved")], lines)


def kept(asked: Asked) -> Tile:
    weekly = asked.scope.days > 35
    lines = []
    for step in trends.trend(asked.scope, ("kept_share", "missed"), weekly=weekly):
        scope, share = asked.scope.over(step.since, step.until), step.figures["kept_share"]
        missed = Cell(step.figures["missed"].value, "count", asked.list_of("missed", scope=scope))
        of = Cell(share.value, "share", asked.list_of("kept", scope=scope), counted=share.counted)
        lines.append([Cell(step.since, "day"), of, missed])
    heads = [_("Week from") if weekly else _("Day"), _("Promises kept"), _("Solved too late")]
    return Tile("kept", "line", heads, lines, note=_("goal 95%"))


def ages(asked: Asked) -> Tile:
    names = [_("today"), _("1–2 days"), _("3–6 days"), _("1–2 weeks"), _("2–4 weeks"), _("over 4 weeks")]
    lines = []
    for words, age in zip(names, trends.ages(asked.scope), strict=True):
        days = [("since", age.since.isoformat())] if age.since else []
        days += [("until", age.until.isoformat())] if age.until else []
        cells = [
            Cell(number, "count", address(asked.scope, [("queue", queue), *days], {}))
            for queue, number in (("all", age.open), ("waiting", age.waiting))
        ]
        lines.append([Cell(words, "text"), *cells])
    heads = [_("Came"), _("Open"), _("Waiting")]
    return Tile("ages", "stacked", heads, lines, note=_("by the day on which they came"))


def forecast(asked: Asked) -> Tile | None:
    lines = [
        [Cell(one.on, "day"), Cell(one.expected), Cell(one.low), Cell(one.high)] for one in trends.forecast(asked.scope)
    ]
    heads = [_("End of"), _("Open by then"), _("at least"), _("at most")]
    note = _("what is open, and what each weekday of the last four weeks brought more than it took")
    return Tile("forecast", "range", heads, lines, note=note) if lines else None


def _by(
    key: str, column: str, names: Callable[[list[Any]], dict[Any, str]], filter_name: str
) -> Callable[[Asked], Tile]:
    def fill(asked: Asked) -> Tile:
        rows = sorted(by_kind(asked.scope, column), key=lambda row: (-row["open"], -row["opened"]))
        rows = [row for row in rows if row["open"] or row["opened"] or row["solved"]][:MOST_LINES]
        words = names([row["key"] for row in rows if row["key"] is not None])
        lines = [_line(asked, row, words.get(row["key"], _("none")), {filter_name: row["key"]}) for row in rows]
        heads = [str(TILES[key]), _("Open"), _("Waiting"), _("Opened"), _("Resolved"), _("Promises kept")]
        return Tile(key, "rows", heads, lines)

    return fill


def _line(asked: Asked, row: dict[str, Any], words: str, narrowed: dict[str, Any]) -> list[Cell]:
    open_ones = [
        Cell(row[name], "count", asked.list_of(name, **narrowed)) for name in ("open", "waiting", "opened", "solved")
    ]
    share = of_sums(row, "kept_share")
    kept_of = Cell(share.value, "share", asked.list_of("kept", **narrowed), counted=share.counted)
    return [Cell(words, "text"), *open_ones, kept_of]


def group_names(keys: list[Any]) -> dict[Any, str]:
    return {row.pk: named(row) for row in _groups(keys)}


def category_names(keys: list[Any]) -> dict[Any, str]:
    return {row.pk: named(row) for row in _categories(keys)}


def channel_names(keys: list[Any]) -> dict[Any, str]:
    return {key: str(Ticket.Channel(key).label) for key in keys if key in Ticket.Channel.values}


@composed
def _groups(keys: list[int]) -> "QuerySet[SupportGroup]":
    return SupportGroup.objects.filter(pk__in=keys)


@composed
def _categories(keys: list[int]) -> "QuerySet[Category]":
    return Category.objects.filter(pk__in=keys)


def guesses(asked: Asked) -> Tile | None:
    """How often the guesses that requesters are shown came true."""
    found = expecting.hit_rate()
    if found is None:
        return None
    heads = [_("Like these"), _("Learnt from"), _("8 of 10 end within"), _("came true")]
    lines = [
        [Cell(one.words, "text"), Cell(one.learnt), Cell(one.most, "time"), Cell(one.hit_rate, "share")]
        for one in found.lines
    ]
    note = _("Said of 8 in 10; true of %(share)s of %(count)s that were looked at.")
    language = marks.language()
    share, count = formats.percent(round(100 * found.share), language), formats.amount(found.count, language)
    return Tile("guesses", "", heads, lines, note=note % {"share": share, "count": count})


def satisfied(asked: Asked) -> Tile | None:
    """The marks that requesters gave in these days; nothing where none was given."""
    scope = asked.scope
    since, until = bounds(scope.since, scope.until)
    of: dict[str, Any] = {}
    if scope.groups:
        of["ticket__group__in"] = [key for key in scope.groups if key]
    for name in ("category", "organisation", "channel"):
        if getattr(scope, name):
            of[f"ticket__{name}"] = getattr(scope, name)
    found = satisfaction.satisfaction(since=since, until=until, **of)
    if not found.count:
        return None
    heads = ["", pgettext("satisfaction", "Marks"), _("Mean mark, 1 to 5"), _("Good or very good")]
    marks = [Cell(found.count), Cell(found.average, "mean"), Cell((found.share or 0) / 100, "share")]
    line = [Cell(_("Requesters"), "text"), *marks]
    return Tile("satisfaction", "", heads, [line])


FILL: dict[str, Callable[[Asked], Tile | None]] = {
    "now": now,
    "period": period,
    "hours": lambda asked: by_hour(asked, hours.today(asked.scope)),
    "trend": trend,
    "kept": kept,
    "ages": ages,
    "groups": _by("groups", "group_id", group_names, "group"),
    "categories": _by("categories", "category_id", category_names, "category"),
    "channels": _by("channels", "channel", channel_names, "channel"),
    "forecast": forecast,
    "guesses": guesses,
    "satisfaction": satisfied,
}
