"""An upgrade changes the tables while web and worker of the version before still run: a step adds, and takes away only
what no version in use reads or writes any more.

What goes is first no longer used (a release), then removed (the next): then the step stands in SETTLED with its reason.
Not seen here: a constraint that refuses what the version before writes, and what Python in a step does.
"""

import re
from collections.abc import Iterator

import pytest
from django.db import models
from django.db.migrations import Migration
from django.db.migrations import operations as steps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

UNRELEASED = "before the first release: nobody ran the version before"
SETTLED = dict.fromkeys(
    (
        "api.0002_webhooks", "catalogue.0002_initial", "decisions.0002_reasons", "decisions.0003_kind_of_reason",
        "decisions.0004_names", "directories.0002_three_kinds", "people.0004_dealing", "processes.0002_start_events",
        "processes.0003_ways", "processes.0004_causes_of_ways", "processes.0006_names",
        "promises.0003_plans_and_contracts", "routing.0002_dealing", "routing.0003_tallies",
        "studio.0002_asides_by_sitting", "tickets.0006_slim_rows", "tickets.0008_facts",
        "tickets.0011_kinds_of_facts", "tickets.0013_flow", "workforce.0002_shifts", "workforce.0003_calls_and_swaps",
        "workspace.0004_shapes_and_undo", "workspace.0005_shared_drafts", "workspace.0006_mentions_are_notices",
        "workspace.0007_draft_files",
    ),
    UNRELEASED,
)  # fmt: skip
GONE = (steps.RemoveField, steps.RenameField, steps.DeleteModel, steps.RenameModel, steps.AlterModelTable)
WIDER = {
    ("CharField", "TextField"),
    ("SmallIntegerField", "IntegerField"),
    ("PositiveSmallIntegerField", "PositiveIntegerField"),
    ("IntegerField", "BigIntegerField"),
}
SQL = re.compile(r"\bDROP\s+(?:COLUMN|TABLE)\b|\bRENAME\b|\bSET\s+NOT\s+NULL\b|\bDROP\s+DEFAULT\b", re.IGNORECASE)


def what_breaks(migration: Migration, before: ProjectState) -> Iterator[str]:
    """What the version before could not go on with.  before: the tables that it knows; changed as the step does."""
    made: set[str] = set()
    for step in migration.operations:
        if isinstance(step, steps.CreateModel):
            made.add(step.name_lower)
        elif getattr(step, "model_name_lower", getattr(step, "name_lower", "")) not in made:
            yield from _of_step(step, before, migration.app_label)
        step.state_forwards(migration.app_label, before)


def _of_step(step: steps.base.Operation, before: ProjectState, app: str) -> Iterator[str]:
    if isinstance(step, GONE):
        yield f"{step.describe()}: it is still read"
    elif isinstance(step, steps.AddField) and not step.field.many_to_many:
        if not (step.field.null or step.field.has_db_default()):
            yield f"{step.describe()}: what is written without it is refused; give it db_default or null"
    elif isinstance(step, steps.AlterField):
        old = before.models[app, step.model_name_lower].fields[step.name]
        yield from (f"{step.describe()}: {why}" for why in _narrower(old, step.field))
    elif isinstance(step, steps.RunSQL) and SQL.search(str(step.sql)):
        yield f"SQL that takes something away: {SQL.search(str(step.sql))}"
    elif isinstance(step, steps.SeparateDatabaseAndState):
        for one in step.database_operations:
            yield from _of_step(one, before, app)


def _narrower(old: models.Field, new: models.Field) -> Iterator[str]:
    if old.null and not new.null:
        yield "it may be empty where the version before writes"
    if old.has_db_default() and not new.has_db_default() and not new.null:
        yield "what is written without it is refused"
    if not _holds_as_much(old, new):
        yield f"{old.get_internal_type()} becomes {new.get_internal_type()}, or a shorter one"


def _holds_as_much(old: models.Field, new: models.Field) -> bool:
    kinds = (old.get_internal_type(), new.get_internal_type())
    if kinds[0] == kinds[1]:
        return new.max_length is None or (old.max_length is not None and old.max_length <= new.max_length)
    return kinds in WIDER


def ours() -> Iterator[tuple[str, list[str]]]:
    loader = MigrationLoader(None)
    state = ProjectState(real_apps=loader.unmigrated_apps)
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        migration = loader.graph.nodes[key]
        if migration.__module__.startswith("sira."):
            yield ".".join(key), list(what_breaks(migration, state))
        else:
            state = migration.mutate_state(state, preserve=False)


def test_the_version_before_goes_on_beside_each_step() -> None:
    broken = {name: why for name, why in ours() if why}
    assert {name: why for name, why in broken.items() if name not in SETTLED} == {}
    assert set(SETTLED) - set(broken) == set(), "stands in the list and breaks nothing"


PLAIN = models.CharField(max_length=9)
PLANTED = {
    "a column is removed": steps.RemoveField("Thing", "name"),
    "a column is renamed": steps.RenameField("Thing", "name", "title"),
    "a table is removed": steps.DeleteModel("Thing"),
    "a table is renamed": steps.RenameModel("Thing", "Other"),
    "a column that must be written": steps.AddField("Thing", "new", models.CharField(max_length=9, default="")),
    "a column that may not be empty any more": steps.AlterField("Thing", "note", PLAIN),
    "a shorter column": steps.AlterField("Thing", "name", models.CharField(max_length=3)),
    "a text that becomes a word": steps.AlterField("Thing", "text", models.CharField(max_length=90)),
    "another type": steps.AlterField("Thing", "name", models.IntegerField()),
    "by hand": steps.RunSQL("ALTER TABLE thing\n  DROP COLUMN name"),
    "by hand, in a step of two": steps.SeparateDatabaseAndState([steps.RunSQL("ALTER TABLE thing RENAME TO other")]),
}
FINE = {
    "a column with a value of the database's own": steps.AddField(
        "Thing", "new", models.CharField(max_length=9, db_default="")
    ),
    "a column that may be empty": steps.AddField("Thing", "new", models.CharField(max_length=9, null=True)),
    "a longer column": steps.AlterField("Thing", "name", models.CharField(max_length=30)),
    "a word that becomes a text": steps.AlterField("Thing", "name", models.TextField()),
    "an index": steps.AddIndex("Thing", models.Index(fields=["name"], name="by_name")),
    "a trigger by hand": steps.RunSQL("CREATE TRIGGER counts AFTER INSERT ON thing EXECUTE FUNCTION counted()"),
}


def found(step: steps.base.Operation) -> list[str]:
    state = ProjectState()
    fields = [
        ("id", models.AutoField(primary_key=True)),
        ("name", PLAIN),
        ("text", models.TextField()),
        ("note", models.CharField(max_length=9, null=True)),
    ]
    steps.CreateModel("Thing", fields).state_forwards("here", state)
    migration = Migration("0002", "here")
    migration.operations = [step]
    return list(what_breaks(migration, state))


@pytest.mark.parametrize("step", PLANTED.values(), ids=PLANTED.keys())
def test_what_would_break_it_is_found(step: steps.base.Operation) -> None:
    assert len(found(step)) == 1


@pytest.mark.parametrize("step", FINE.values(), ids=FINE.keys())
def test_what_it_does_not_notice_is_none(step: steps.base.Operation) -> None:
    assert found(step) == []
