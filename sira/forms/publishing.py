"""A form becomes the one people fill in. Versions are never changed, only followed by others."""

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sira.forms import linting
from sira.forms.models import FormVersion
from sira.forms.schema import Schema
from sira.people import rights
from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing.refusals import Refused


class NotPublishable(Refused):
    """details["problems"]: what linting found."""

    code = "form_not_publishable"
    status = 422
    message = _("This form can't be published yet. Each place that needs work is named.")


@transaction.atomic
def publish(key: str, schema: Schema, *, by: Person, at: datetime) -> FormVersion:
    """Make the schema the form of this key from now on; the same schema again changes nothing.

    Raises NotAllowed, NotPublishable.
    """
    rights.must(by, Right.DRAW)
    if found := linting.problems(schema):
        raise NotPublishable(problems=found)
    versions = list(FormVersion.objects.select_for_update().filter(key=key).order_by("-version"))
    mark = digest(schema)
    current = next((version for version in versions if version.status == FormVersion.Status.PUBLISHED), None)
    if current and current.digest == mark:
        return current
    if current:
        current.status = FormVersion.Status.RETIRED
        current.save(update_fields=["status"])
    return FormVersion.objects.create(
        key=key,
        version=versions[0].version + 1 if versions else 1,
        schema=schema,
        digest=mark,
        status=FormVersion.Status.PUBLISHED,
        published_at=at,
        by=by,
    )


@transaction.atomic
def save_draft(key: str, schema: Schema, *, by: Person) -> FormVersion:
    """Keep unfinished work; a form has one draft, which publishing leaves. Raises NotAllowed."""
    rights.must(by, Right.DRAW)
    versions = list(FormVersion.objects.select_for_update().filter(key=key).order_by("-version"))
    draft = next((version for version in versions if version.status == FormVersion.Status.DRAFT), None)
    if draft is None:
        draft = FormVersion(key=key, version=versions[0].version + 1 if versions else 1)
    draft.schema, draft.digest, draft.by = schema, digest(schema), by
    draft.save()
    return draft


def published(key: str) -> FormVersion | None:
    return FormVersion.objects.filter(key=key, status=FormVersion.Status.PUBLISHED).first()


def digest(schema: Schema) -> str:
    """The same for schemas that differ only in the order of keys or in spaces."""
    canonical = json.dumps(schema, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
