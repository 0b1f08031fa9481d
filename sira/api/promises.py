"""What is promised to whom: contracts with customers, and the marks at which promises are looked at."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router, Schema
from pydantic import Field

from sira.api.instants import Instant
from sira.api.paging import Key
from sira.api.problems import Problem
from sira.api.setting_up import Kind, offer
from sira.api.shapes import Closed, moment
from sira.api.shapes_of_house import Name
from sira.people.models import Organisation, Person
from sira.people.rights import Right
from sira.promises import contracts, plans
from sira.promises.models import Contract, WarningPlan
from sira.promises.planned import Planned

router = Router(tags=["house"])
When = Literal["percent", "before", "after"]
# Words of promises.planned, or a process to be started.
Action = Annotated[
    str,
    Field(
        max_length=90, pattern="^(agent|group|lead|manager|on_call|raise_priority|reassign|process:[-A-Za-z0-9_.]+)$"
    ),
]


class ContractTerms(Closed):
    """level: as the table of promises names it.  ends_at: the first instant that it no longer covers."""

    name: Name
    level: str = Field(min_length=1, max_length=40)
    starts_at: Instant
    ends_at: Instant | None = None


class NewContract(ContractTerms):
    organisation: Key


class ContractShown(Schema):
    id: int
    organisation: int
    name: str
    level: str
    starts_at: datetime
    ends_at: datetime | None


class Mark(Closed):
    """amount: per cent of the time promised, or working minutes before or after its end."""

    when: When
    amount: float = Field(ge=1, le=86_400, allow_inf_nan=False)
    actions: list[Action] = Field(min_length=1, max_length=20)


class PlanGiven(Closed):
    name: Name
    marks: list[Mark] = Field(max_length=plans.MOST_MARKS)


class NewPlan(PlanGiven):
    key: Annotated[str, Field(min_length=1, max_length=40, pattern="^[-a-z0-9_]+$")]


class PlanShown(Schema):
    """number: of this edition."""

    key: str
    number: int
    name: str
    marks: list[Mark]


def contract(row: Contract) -> dict[str, Any]:
    return {
        "id": row.pk,
        "organisation": row.organisation_id,
        "name": row.name,
        "level": row.level,
        "starts_at": moment(row.starts_at),
        "ends_at": moment(row.ends_at),
    }


def keep_contract(row: Contract | None, given: ContractTerms, by: Person, at: datetime) -> Contract:
    if row is None:
        of = given.organisation  # type: ignore[attr-defined]
        owner = Organisation.objects.filter(pk=of).first()
        if owner is None:
            raise Problem(422, "invalid", f"organisation: there is no organisation {of}.")
        row = Contract(organisation=owner)
    return contracts.agree(row, **given.dict(exclude={"organisation"}), at=at)


def keep_plan(row: WarningPlan | None, given: PlanGiven, by: Person, at: datetime) -> WarningPlan:
    key = row.key if row else given.key  # type: ignore[attr-defined]
    marks = [Planned(one.when, one.amount, tuple(one.actions)) for one in given.marks]
    return plans.keep(key, name=given.name, marks=marks, by=by, at=at)


KINDS = (
    Kind(
        path="contracts",
        one="a contract",
        right=Right.HOURS,
        rows=lambda by: Contract.objects.all(),
        shown=contract,
        shape=ContractShown,
        new=NewContract,
        given=ContractTerms,
        keep=keep_contract,
        remove=lambda row, by, at: contracts.withdraw(row),
        column="pk",
    ),
    Kind(
        path="warning-plans",
        one="a warning plan",
        right=Right.HOURS,
        rows=lambda by: WarningPlan.objects.filter(is_current=True),
        shown=lambda row: {"key": row.key, "number": row.number, "name": row.name, "marks": row.marks},
        shape=PlanShown,
        new=NewPlan,
        given=PlanGiven,
        keep=keep_plan,
    ),
)
for kind in KINDS:
    offer(router, kind)
