"""Contracts, calendars, types and groups change in any order while clocks run; each is counted again by minutes."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sira.calendars import editing as calendars
from sira.calendars.models import seven_closed_days
from sira.calendars.tests.oracle import MINUTE, Oracle
from sira.decisions import publishing
from sira.processes import running, versions
from sira.processes.models import Task
from sira.processes.tests.drawing import drawing, end, start
from sira.promises import contracts
from sira.promises.explaining import clocks_of, explain, owed
from sira.promises.models import Contract
from sira.promises.pump import pump
from sira.tickets import assigning, conversation, editing, jobs, lifecycle, merging, promised, waiting
from sira.tickets.messages import Said
from sira.tickets.models import Ticket, TicketType
from sira.tickets.tests.cast import WEEK, Desk, monday
from sira.tickets.tests.office import task
from sira.tickets.tests.test_promised import OPERATIONAL

pytestmark = pytest.mark.django_db
# As in test_promised, but that a request is promised no resolution: it is withdrawn, and promised again. In the other
# table it is promised nothing at all.
TABLE = (Path(__file__).parent / "promises_by_contract.dmn").read_text(encoding="utf-8").replace(">900<", ">null<")
BARE_TABLE = TABLE.replace(">90<", ">null<")
CHECKED = drawing(
    start(), task("check", "test", groups="it", mandatory="false"), end(), key="checked", ways="start > check > end"
)
STEP_MINUTES = 60
ALWAYS, DAYS, EVENINGS = "Round the clock", "Weekdays", "Evenings"
WEEKS = {DAYS: WEEK, EVENINGS: [[(13 * 60, 21 * 60)]] * 6 + [[]], ALWAYS: [[(0, 1440)]] * 7}
FIRST, NEXT, RESOLUTION = "first_answer", "next_answer", "resolution"
ON_THE_WAY = ("runs", "waits")
Owed = dict[str, tuple[int, datetime | None]]
BEGIN, START, END = monday(0), monday(9), monday(0) + timedelta(days=25)
HOURS = {name: Oracle("UTC", WEEKS[name], {}, BEGIN, END) for name in WEEKS}


@dataclass
class Counted:
    """A promise, counted by minutes from what was done to the ticket and from nothing that a clock keeps.

    used: minutes so far.  promised: not taken back, or given again.  ended: when it was done.
    """

    minutes: int
    calendar: str
    standing: str = "runs"  # or waits, done
    promised: bool = True
    used: int = 0
    due: datetime | None = None
    ended: datetime | None = None

    @property
    def is_owed(self) -> bool:
        return self.promised and self.standing in ON_THE_WAY


@dataclass
class World:
    """One ticket of the desk, and beside it what somebody who reads the rules would count."""

    desk: Desk
    chance: random.Random
    bare: bool = False
    at: datetime = START
    contract: Contract | None = None
    merge: merging.Merge | None = None
    step_asked: Task | None = None
    promises: dict[str, Counted] = field(default_factory=dict)
    solved_at: datetime | None = None
    record: list[tuple[datetime, Owed]] = field(default_factory=list)

    def __post_init__(self) -> None:
        desk, always = self.desk, {"time_zone": "UTC", "week": seven_closed_days(), "always_open": True}
        self.calendars = {DAYS: calendars.Calendar.objects.get(name=DAYS)}
        self.calendars[ALWAYS] = calendars.create(ALWAYS, **always, by=desk.ada, at=BEGIN)
        evenings = calendars.create(EVENINGS, time_zone="UTC", week=WEEKS[EVENINGS], by=desk.ada, at=BEGIN)
        self.calendars[EVENINGS], desk.hr.calendar_id = evenings, evenings.pk
        desk.hr.save()
        self.days: dict[str, dict] = {name: {} for name in WEEKS}
        self.hours = dict(HOURS)
        publishing.publish("promises", BARE_TABLE if self.bare else TABLE, at=BEGIN)
        publishing.publish("operational", OPERATIONAL, at=BEGIN)
        versions.install(CHECKED, by=desk.ada, at=BEGIN)
        TicketType.objects.filter(key="service_request").update(process_key=desk.incident.process_key)
        first = TicketType.objects.get(key=self.chance.choice(["incident", "service_request"]))
        self.ticket, self.other = (desk.ticket(requester=desk.hannah, type=first, at=self.at) for _two in range(2))
        self.answered = False
        self.promise_anew()
        self.reckon()

    # What is promised, as the table and the calendars say.

    def terms(self) -> dict[str, tuple[int, str]]:
        own = EVENINGS if self.ticket.group.key == "hr" else DAYS
        if self.contract is not None:
            return {FIRST: (10, ALWAYS), NEXT: (20, own), RESOLUTION: (60, own), self.stay: (30, own)}
        if self.ticket.type.key == "service_request":
            return {} if self.bare else {FIRST: (90, own)}
        return {FIRST: (30, own), NEXT: (45, own), RESOLUTION: (480, own), self.stay: (120, own)}

    @property
    def stay(self) -> str:
        """The time that the group has it which has it now."""
        return f"group:{self.ticket.group_id}"

    def promise_anew(self) -> None:
        terms, waits = self.terms(), self.ticket.status == Ticket.Status.WAITING
        if self.ticket.status not in Ticket.ACTIVE:
            return
        for target, counted in self.promises.items():
            if target in terms or target.startswith("task:") or counted.standing == "done":
                continue
            if target.startswith("group:") and target != self.stay:
                self.end(counted)
            else:
                counted.promised = False
        for target, (minutes, calendar) in terms.items():
            counted = self.promises.get(target)
            again = target == self.stay and counted is not None and counted.standing == "done"
            if counted is None or again:
                if target != NEXT and not (target == FIRST and self.answered):
                    self.promises[target] = Counted(minutes, calendar, standing="waits" if waits else "runs")
            elif counted.standing != "done":
                counted.minutes, counted.calendar, counted.promised = minutes, calendar, True
                if counted.used < counted.minutes:
                    counted.due = None

    def end(self, counted: Counted) -> None:
        counted.standing, counted.ended = "done", self.at

    def expect_answer(self) -> None:
        """The requester has written, and what they ask for is not what the first answer is for."""
        first, before, terms = self.promises.get(FIRST), self.promises.get(NEXT), self.terms()
        if (first is not None and first.is_owed) or NEXT not in terms:
            return
        if before is None or before.standing == "done":
            self.promises[NEXT] = Counted(*terms[NEXT])

    def reckon(self) -> None:
        for counted in self.promises.values():
            left = counted.minutes - counted.used
            if counted.standing not in ON_THE_WAY:
                continue
            if left <= 0:
                counted.due = counted.due if counted.due is not None and counted.due <= self.at else self.at
            else:
                ahead = self.hours[counted.calendar].add(self.at, left * MINUTE)
                counted.due = ahead if counted.standing == "runs" else None

    def pass_time(self, minutes: int) -> None:
        first = (self.at - BEGIN) // MINUTE
        for minute in range(minutes):
            for counted in self.promises.values():
                is_open = self.hours[counted.calendar].open[first + minute]
                counted.used += bool(is_open) and counted.standing == "runs"
        self.at += minutes * MINUTE

    # What is done, and what the rules say follows.

    def wait(self) -> None:
        waiting.wait_for_requester(self.ticket, by=self.desk.ada, at=self.at)
        self.turn("runs", "waits")

    def go_on_working(self) -> None:
        waiting.resume(self.ticket, by=self.desk.ada, at=self.at)
        self.turn("waits", "runs")

    def hold(self) -> None:
        waiting.hold(self.ticket, until=self.at + timedelta(days=3), by=self.desk.ada, at=self.at)
        self.turn("waits", "runs")

    def answer(self) -> None:
        conversation.answer(self.ticket, Said(text="Which office is it?"), by=self.desk.ada, at=self.at)
        self.answered = True
        self.done(FIRST, NEXT)

    def done(self, *targets: str) -> None:
        for target, counted in self.promises.items():
            if counted.standing in ON_THE_WAY and target in (targets or self.promises):
                self.end(counted)

    def ask_inside(self) -> None:
        """A drawing of its own gives somebody a step to do."""
        running.start("checked", subject=self.ticket.pk, facts={}, at=self.at)
        own = EVENINGS if self.ticket.group.key == "hr" else DAYS
        self.step_asked = Task.objects.get(subject=self.ticket.pk, kind="test", state=Task.State.OPEN)
        waits = self.ticket.status == Ticket.Status.WAITING
        self.promises[f"task:{self.step_asked.pk}"] = Counted(STEP_MINUTES, own, standing="waits" if waits else "runs")

    def do_inside(self) -> None:
        running.complete(self.step_asked, by=self.desk.ada, outcome={"result": "passed"}, at=self.at)
        self.done(f"task:{self.step_asked.pk}")
        self.step_asked = None

    def hear(self) -> None:
        said, ended = Said(text="The one in Leeds, it is still broken."), self.ticket.status in Ticket.DONE
        conversation.hear(self.ticket, said, by=self.desk.hannah, channel="mail", at=self.at)
        self.taken_up() if ended else self.turn("waits", "runs")
        self.expect_answer()

    def reopen(self) -> None:
        lifecycle.reopen(self.ticket, by=self.desk.hannah, at=self.at)
        self.taken_up()

    def taken_up(self) -> None:
        pump(self.at)  # calendars may have been edited while it rested
        asked = [f"task:{self.step_asked.pk}"] if self.step_asked else []
        for target in (RESOLUTION, self.stay, *asked):
            counted = self.promises.get(target)
            if counted is not None and counted.standing == "done" and counted.ended == self.solved_at:
                counted.standing = "runs"
                if counted.used < counted.minutes:
                    counted.due = None
        self.renew()

    def resolve(self) -> None:
        lifecycle.resolve(self.ticket, by=self.desk.ada, resolution="Mended.", at=self.at)
        self.done()
        self.solved_at = self.at

    def change_type(self) -> None:
        key = "incident" if self.ticket.type.key == "service_request" else "service_request"
        editing.set_fields(
            self.ticket, {"type": TicketType.objects.get(key=key)}, seen={}, by=self.desk.ada, at=self.at
        )
        self.renew()

    def change_group(self) -> None:
        group = self.desk.it if self.ticket.group.key == "hr" else self.desk.hr
        assigning.assign(self.ticket, group=group, agent=None, by=self.desk.ada, at=self.at)
        self.renew()

    def change_contract(self) -> None:
        if self.contract is None:
            row = Contract(organisation=self.desk.halden)
            self.contract = contracts.agree(row, name="Gold", level="gold", starts_at=self.at, ends_at=None, at=self.at)
        else:
            contracts.withdraw(self.contract)
            self.contract = None
        jobs.promise_anew(Ticket.objects.all(), at=self.at)
        self.renew()

    def change_hours(self) -> None:
        name, on = self.chance.choice([DAYS, EVENINGS]), (self.at + timedelta(days=self.chance.randrange(3))).date()
        pairs = self.chance.choice([[], [(8 * 60, 12 * 60), (15 * 60, 20 * 60)], [(10 * 60, 11 * 60)]])
        calendars.override_date(self.calendars[name], on, openings=pairs, by=self.desk.ada, at=self.at)
        pump(self.at)
        promised.copy_many([self.ticket.pk, self.other.pk])  # as a job does
        self.days[name][on] = pairs
        self.hours[name] = Oracle("UTC", WEEKS[name], self.days[name], BEGIN, END)

    def merge_it(self) -> None:
        self.merge = merging.merge(self.ticket, self.other, by=self.desk.ada, at=self.at)
        self.called_off = [one for one in self.promises.values() if one.is_owed]
        for counted in self.called_off:
            counted.promised = False

    def undo_merge(self) -> None:
        merging.undo_merge(self.merge, by=self.desk.ada, at=self.at)
        self.merge = None
        for counted in self.called_off:
            counted.promised = True
        self.turn("waits", "runs")
        self.renew()

    def turn(self, one: str, other: str) -> None:
        for counted in self.promises.values():
            if counted.standing == one:
                counted.standing = other

    def renew(self) -> None:
        self.ticket = Ticket.objects.get(pk=self.ticket.pk)
        self.promise_anew()

    def may(self) -> list[Callable[[], None]]:
        anytime = [self.change_hours, self.change_contract]
        if self.merge is not None:
            return [*anytime, self.undo_merge]
        if self.ticket.status in Ticket.DONE:
            return [*anytime, self.reopen, self.hear, self.merge_it]
        on_the_way = (
            [self.go_on_working] if self.ticket.status != Ticket.Status.OPEN else [self.wait, self.wait, self.hold]
        )
        inside = self.do_inside if self.step_asked else self.ask_inside
        edits = [self.change_type, self.change_group, self.answer, self.hear, self.hear, self.resolve, self.merge_it]
        return [*anytime, *on_the_way, *edits, inside]

    # Each step.

    def step(self) -> str:
        act = self.chance.choice(self.may())
        act()
        self.ticket = Ticket.objects.get(pk=self.ticket.pk)
        self.reckon()
        owed_now = {name: (one.minutes, one.due) for name, one in self.promises.items() if one.is_owed}
        self.record.append((self.at, owed_now))
        return f"{self.at:%a %d %H:%M} {act.__name__}"

    def kept(self) -> dict[str, tuple]:
        """While the ticket is merged its clocks stand still; what they missed is counted when the merge is undone."""
        newest = {clock.target: clock for clock in clocks_of(self.ticket.pk)}
        return {
            target: (
                clock.state if not clock.withdrawn else "withdrawn",
                explain(clock, at=self.at)["worked"] // MINUTE if self.merge is None else None,
                clock.due_at if clock.stopped_at is None else None,
            )
            for target, clock in newest.items()
        }

    def counted(self) -> dict[str, tuple]:
        states = {"runs": "counting", "waits": "paused", "done": "stopped"}
        return {
            target: (
                states[one.standing] if one.promised else "withdrawn",
                one.used if self.merge is None else None,
                one.due if one.standing in ON_THE_WAY and self.merge is None else None,
            )
            for target, one in self.promises.items()
        }

    def owed_then(self, at: datetime) -> Owed:
        return {name: (one.budget // MINUTE, one.due_at) for name, one in owed(self.ticket.pk, on=at).items()}


@pytest.mark.parametrize("seed", range(10))
def test_every_clock_is_right_whatever_is_changed_in_whatever_order(desk, seed):
    world, story = World(desk, random.Random(seed), bare=seed % 2 == 1), []
    for _step in range(14):
        world.pass_time(world.chance.choice([0, 1, 17, 45, 120, 600, 1500]))
        story.append(world.step())
        assert world.kept() == world.counted(), story
        assert promised.differing(most=5) == [], story
    for number, (at, promises) in enumerate(world.record[:-1]):
        if at < world.record[number + 1][0]:
            assert world.owed_then(at) == promises, (at, story)
