import json
from contextlib import contextmanager

import pytest
from django.db import transaction

from sira.calendars import editing
from sira.config.transfer import main
from sira.config.transfer.applying import apply
from sira.config.transfer.exporting import export
from sira.config.transfer.places import Refusals
from sira.people import roles
from sira.people.models import MadeRole, SupportGroup
from sira.processes.models import ProcessVersion
from sira.studio.models import Example
from sira.tickets.models import TicketType
from sira.tickets.tests.cast import Desk, monday

pytestmark = pytest.mark.django_db


@contextmanager
def another_desk():
    """Somebody else's desk, which is gone afterwards."""
    with transaction.atomic():
        yield Desk()
        transaction.set_rollback(True)


def files(folder):
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in sorted(folder.rglob("*.*"))}


@pytest.fixture
def exported(tmp_path):
    """The set-up of a desk that is gone, as files."""
    with another_desk() as desk:
        calendar = desk.it.calendar_id or editing.create(
            "Warsaw", time_zone="Europe/Warsaw", week=[[[540, 1080]]] * 5 + [[], []], by=desk.ada, at=monday(8)
        )
        editing.set_holiday(calendar, monday(0).date(), name="Święto", by=desk.ada, at=monday(8))
        editing.override_date(
            calendar, monday(0).date().replace(day=25), openings=[[600, 700]], by=desk.ada, at=monday(8)
        )
        SupportGroup.objects.filter(key="it").update(calendar_id=calendar.pk, strategy="skill", reopen_days=3)
        TicketType.objects.filter(key="incident").update(group=desk.it)
        Example.objects.create(
            key="priority",
            name="Gold",
            facts={"ticket": {"type": "incident", "impact": "high", "urgency": "high"}},
            expected="critical",
        )
        export(tmp_path / "out")
    return tmp_path / "out"


def test_what_is_exported_makes_an_empty_desk_the_same(exported, tmp_path):
    assert not TicketType.objects.exists()
    changes = apply(exported, at=monday(9))
    assert changes and all(line.startswith("+ ") for line in changes)
    export(tmp_path / "again")
    assert files(tmp_path / "again") == files(exported)
    it = SupportGroup.objects.get(key="it")
    assert (it.strategy, TicketType.objects.get(key="incident").group) == ("skill", it)


def test_applying_twice_changes_nothing(exported):
    apply(exported, at=monday(9))
    assert apply(exported, at=monday(10)) == []
    assert ProcessVersion.objects.count() == 1


def test_a_dry_run_tells_what_would_change_and_changes_nothing(exported, capsys):
    apply(exported, at=monday(9))
    groups = json.loads((exported / "groups.json").read_text("utf-8"))
    groups[0]["reopen_days"] = 30
    (exported / "groups.json").write_text(json.dumps(groups, indent=2), "utf-8")
    assert main(["apply", "--dry-run", str(exported)]) == 0
    said = capsys.readouterr().out
    assert f"~ groups.json: {groups[0]['key']}: changed reopen_days" in said and "dry run" in said
    assert not SupportGroup.objects.filter(reopen_days=30).exists()
    assert main(["apply", str(exported)]) == 0
    assert SupportGroup.objects.filter(reopen_days=30).exists()


def spoil(folder, name, before, after):
    file = folder / name
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), "utf-8")
    return text[: text.index(before)].count("\n") + 1


@pytest.mark.parametrize(
    ("name", "before", "after", "says"),
    [
        ("groups.json", '"key": "it"', '"key": "it",, ', "it is no JSON"),
        ("processes/ticket.bpmn", '<zeebe:taskDefinition type="sira:route" />', "", "no task type is chosen"),
        ("decisions/priority.dmn", "<decision ", "<nonsense ", ""),
        ("forms/new-laptop.json", '"type": "textfield"', '"type": "hologram"', "hologram"),
        ("catalogue.json", '"process_key": "ticket"', '"process_key": "gone"', "there is no process 'gone'"),
        ("catalogue.json", '"prefix": "INC"', '"prefix": "INC", "colour": "red"', "nothing is called 'colour'"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_line_and_nothing_is_changed(
    exported, capsys, name, before, after, says
):
    line = spoil(exported, name, before, after)
    assert main(["apply", str(exported)]) == 1
    said = capsys.readouterr().err
    assert f"{name}:" in said and says in said and "nothing was changed" in said
    if name in ("groups.json", "processes/ticket.bpmn"):
        told = int(next(part for part in said.splitlines() if part.startswith(name)).split(":")[1])
        assert abs(told - line) <= 8  # where the step begins; its names stand between
    assert not TicketType.objects.exists()


def test_everything_that_is_wrong_is_told_at_once(exported):
    spoil(exported, "groups.json", '"reopen_days": 3', '"reopen_days": "soon"')
    spoil(exported, "processes/ticket.bpmn", "</bpmn:process>", "")
    with pytest.raises(Refusals) as refused:
        apply(exported, at=monday(9))
    assert {line.split(":")[0] for line in refused.value.lines} >= {"groups.json", "processes/ticket.bpmn"}


def test_what_the_desk_no_longer_has_leaves_the_folder(desk_with_form, tmp_path):
    export(tmp_path)
    (tmp_path / "forms" / "old.json").write_text("{}", "utf-8")
    (tmp_path / "README").write_text("mine", "utf-8")
    export(tmp_path)
    assert not (tmp_path / "forms" / "old.json").exists() and (tmp_path / "README").exists()


@pytest.fixture
def desk_with_form(db):
    return Desk()


def test_a_folder_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["apply", str(tmp_path / "nowhere")]) == 2
    assert "is no folder" in capsys.readouterr().err


def test_roles_go_along_and_who_has_them_does_not(tmp_path, db):
    with another_desk() as desk:
        role = roles.make_role("auditor", name="Auditor", names={"tr": "Denetçi"}, rights_of_it=["audit"], by=desk.ada)
        roles.give_role(desk.tom, role, by=desk.ada)
        export(tmp_path)
    assert [str(one) for one in apply(tmp_path, at=monday(9)) if "roles.json" in str(one)] == ["+ roles.json: auditor"]
    made = MadeRole.objects.get()
    assert (made.name, made.names, made.rights) == ("Auditor", {"tr": "Denetçi"}, ["audit"])
    assert apply(tmp_path, at=monday(9)) == []
    (tmp_path / "roles.json").write_text('[{"key": "auditor", "name": "A", "rights": ["fly"]}]', "utf-8")
    with pytest.raises(Refusals) as refused:
        apply(tmp_path, at=monday(9))
    assert "there is no right 'fly'" in refused.value.lines[0]
