"""Rights have names; which role has which stands in one table, and nobody else asks for a role."""

import re
from pathlib import Path

import pytest

from sira.people import rights
from sira.people.models import Person
from sira.people.rights import ROLES, Right, has, roles_with

SIRA = Path(__file__).resolve().parents[2]
DOCS = SIRA.parent / "docs/reference/security.md"
# Not rights: what an account is made as, what a board or a letter begins with, whom a notice is for.
MAY_NAME_ROLES = {
    "people/models.py", "people/rights.py", "people/persons.py", "people/automation.py", "people/recognition.py",
    "people/finding.py", "people/signing_in.py", "people/directories/entering.py", "config/first.py",
    "config/seed/crowd.py", "config/demo/organisation.py", "config/demo/life.py", "api/tokens.py",
    "processes/tasks/deciding.py", "tickets/promised.py", "tickets/marked.py", "tickets/visibility.py",
    "boards/letters.py", "boards/tiles.py", "studio/house/people_forms.py", "studio/house/people.py",
    "studio/house/directory_forms.py", "studio/house/roles.py", "studio/guide/people_list.py",
}  # fmt: skip


def somebody(role: str) -> Person:
    return Person(pk=7, role=role)


def test_every_role_has_its_rights_and_every_right_is_somebody_s():
    assert set(ROLES) == set(Person.Role.values)
    assert set().union(*(ROLES[role] for role in Person.Role.values)) == set(Right)
    assert ROLES[Person.Role.REQUESTER] == frozenset()


def test_who_works_here_is_who_has_the_right_to():
    assert set(roles_with(Right.WORK)) == set(Person.WORKING)
    for role in Person.Role.values:
        assert somebody(role).is_agent == has(somebody(role), Right.WORK)


@pytest.mark.parametrize("right", [right for right in Right if right not in (Right.LEAD, Right.WORK)])
def test_nobody_below_a_manager_sets_up_the_desk_or_sees_all(right):
    if right not in (Right.PLAN, Right.PUBLISH, Right.SHARE_BOARDS):
        assert not has(somebody("lead"), right) and not has(somebody("agent"), right)


def test_a_manager_sees_all_and_sets_up_nothing():
    manager = somebody("manager")
    assert has(manager, Right.SEE_ALL)
    assert not any(has(manager, one) for one in (Right.DRAW, Right.MAIL, Right.HOURS, Right.AUDIT, Right.ADMINISTER))
    assert not rights.may_administer(manager)


def test_nobody_asks_for_a_role_where_a_right_is_meant():
    named = {
        str(path.relative_to(SIRA))
        for path in SIRA.rglob("*.py")
        if not {"tests", "migrations"} & set(path.parts)
        and re.search(r"Role\.(LEAD|MANAGER|ADMINISTRATOR|AGENT)\b", path.read_text(encoding="utf-8"))
    }
    assert sorted(named - MAY_NAME_ROLES) == [], "ask for a right (people/rights.py)"


def test_the_documentation_names_each_right_and_who_has_it():
    told = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    shown = {right: [role for role in ROLES if right in ROLES[role] and role != "system"] for right in Right}
    assert {right: told.get(right, "").strip() for right in Right} == {
        right: ", ".join(map(str, roles)) for right, roles in shown.items()
    }
