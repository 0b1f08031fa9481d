"""The life of a decision: drafted, published, retired."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Max

from sira.decisions.compiled import compile_source
from sira.decisions.dmn import DrawingProblem
from sira.decisions.dmn.clashing import clashes
from sira.decisions.dmn.naming import said_in
from sira.decisions.feel import FeelProblem
from sira.decisions.models import DecisionVersion
from sira.decisions.refusals import BadDrawing, NoSuchDecision
from sira.people.models import Person
from sira.plumbing.violations import violated

Status = DecisionVersion.Status


def problems_of(source: str) -> list[DrawingProblem | FeelProblem]:
    """Everything that keeps a drawing from being published; none if it may be."""
    try:
        model = compile_source(source)
    except (DrawingProblem, FeelProblem) as problem:
        return [problem]
    found: list[DrawingProblem | FeelProblem] = list(model.problems)
    found += clashes(model.drawing)
    if not model.decisions:
        found.append(DrawingProblem("no_decision"))
    return found


@transaction.atomic
def save_draft(key: str, source: str, *, at: datetime, by: Person | None = None) -> DecisionVersion:
    """Keep a drawing to go on with later; it may be wrong, but it must be a drawing. Raises BadDrawing."""
    name = _name_of(source)
    draft = DecisionVersion.objects.select_for_update().filter(key=key, status=Status.DRAFT).first()
    if draft is None:
        return _new_version(key, source, name=name, status=Status.DRAFT, at=at, by=by)
    draft.source, draft.digest, draft.name, draft.by, draft.created_at = source, digest_of(source), name, by, at
    draft.names, draft.words = said_in(source)
    draft.save(update_fields=["source", "digest", "name", "names", "words", "by", "created_at"])
    return draft


@transaction.atomic
def publish(key: str, source: str, *, at: datetime, by: Person | None = None) -> DecisionVersion:
    """Make this drawing the one that decides from now on; the one before is retired.

    The source that is published already changes nothing. Raises BadDrawing with everything that is wrong.
    """
    problems = problems_of(source)
    if problems:
        raise BadDrawing(problems)
    current = DecisionVersion.objects.select_for_update().filter(key=key, status=Status.PUBLISHED).first()
    if current is not None:
        if current.digest == digest_of(source):
            return current
        current.status = Status.RETIRED
        current.save(update_fields=["status"])
    DecisionVersion.objects.filter(key=key, status=Status.DRAFT, digest=digest_of(source)).delete()
    return _new_version(key, source, name=_name_of(source), status=Status.PUBLISHED, at=at, by=by)


@transaction.atomic
def retire(key: str) -> None:
    """Let nothing be decided by this key any more. Raises NoSuchDecision."""
    if not DecisionVersion.objects.filter(key=key, status=Status.PUBLISHED).update(status=Status.RETIRED):
        raise NoSuchDecision(key)


def digest_of(source: str) -> str:
    return sha256(source.encode()).hexdigest()


def _name_of(source: str) -> str:
    try:
        drawing = compile_source(source).drawing
    except (DrawingProblem, FeelProblem) as problem:
        raise BadDrawing([problem]) from problem
    return (drawing.name or next((one.name for one in drawing.decisions), ""))[:200]


def _new_version(key: str, source: str, *, name: str, status: str, at: datetime, by: Person | None) -> DecisionVersion:
    """The next version. Two people at once: the database lets one of them win, and the other counts again."""
    said = said_in(source)
    while True:
        last = DecisionVersion.objects.filter(key=key).aggregate(last=Max("version"))["last"] or 0
        version = DecisionVersion(
            key=key,
            version=last + 1,
            name=name,
            names=said.names,
            words=said.words,
            source=source,
            digest=digest_of(source),
            status=status,
            created_at=at,
            published_at=at if status == Status.PUBLISHED else None,
            by=by,
        )
        try:
            with transaction.atomic():
                version.save(force_insert=True)
        except IntegrityError as error:
            if violated(error) != "decision_version_is_numbered_once":
                raise
        else:
            return version
