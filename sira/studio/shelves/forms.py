"""Forms on their shelf: form-js JSON."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sira.catalogue.models import RequestType
from sira.forms import linting, publishing
from sira.forms.models import FormVersion
from sira.forms.schema import components, is_well_formed, name_of
from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.shell.names import named
from sira.studio.shelves.processes import referred
from sira.studio.shelves.shelf import PUBLISHED, Problem, Row, Shelf


class NotAForm(Refused):
    code = "not_a_form"
    status = 422
    message = gettext_lazy("This is no form: it is not JSON with a list of components, at most twenty in each other.")


class Forms(Shelf):
    kind, ending, pattern, template = "forms", "json", "forms/*.json", "studio/form.html"
    words, one, model = gettext_lazy("Forms"), gettext_lazy("Form"), FormVersion
    since = "published_at"

    def source_of(self, row: Row) -> str:
        return json.dumps(row.schema, ensure_ascii=False, indent=2)

    def name_of(self, row: Row) -> str:
        return name_of(row.schema, get_language() or "") or row.key

    def digest_of(self, source: str) -> str:
        return publishing.digest(schema_in(source))

    def problems(self, key: str, source: str) -> list[Problem]:
        try:
            schema = schema_in(source)
        except NotAForm as refused:
            return [Problem("", "", refused.message)]
        labels = {one.id: one.label("") for one in components(schema)}
        found = [Problem(one.where, labels.get(one.where, ""), one.sentence) for one in linting.problems(schema)]
        doubts = linting.doubts(schema) if not found else ()
        return [*found, *(Problem(one.where, labels.get(one.where, ""), one.sentence, False) for one in doubts)]

    def new_draft(self, key: str, source: str, *, by: Person, at: datetime) -> Row:
        return publishing.save_draft(key, schema_in(source), by=by)

    def overwrite(self, row: Row, source: str, *, by: Person, at: datetime) -> Row:
        return publishing.save_draft(row.key, schema_in(source), by=by)

    @transaction.atomic
    def publish(self, row: Row, *, by: Person, at: datetime) -> Row:
        """The draft becomes the published version, so nothing is left to go on with."""
        schema = row.schema
        row.delete()
        return publishing.publish(row.key, schema, by=by, at=at)

    def retire(self, key: str) -> None:
        FormVersion.objects.filter(key=key, status=PUBLISHED).update(status=FormVersion.Status.RETIRED)

    def blank(self, key: str, name: str) -> str:
        subject = {
            "type": "textfield",
            "id": "subject",
            "key": "subject",
            "label": _("What is it about?"),
            "validate": {"required": True, "maxLength": 200},
        }
        return json.dumps({"type": "default", "id": key, "name": name, "schemaVersion": 18, "components": [subject]})

    def renamed(self, source: str, key: str, name: str) -> str:
        schema = schema_in(source)
        own = {each: text for each, text in (schema.pop("properties", None) or {}).items() if each[:5] != "name:"}
        return json.dumps(
            {**schema, "id": key, "name": name, **({"properties": own} if own else {})}, ensure_ascii=False
        )

    def to_draw(self, key: str, source: str) -> str:
        schema = schema_in(source)
        for one in components(schema):
            drawn = dict(one.drawn)
            one.raw.clear()
            one.raw.update(drawn)
        return json.dumps(schema, ensure_ascii=False, indent=2)

    def title_in(self, source: str) -> str:
        return name_of(schema_in(source), get_language() or "")

    def uses(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in RequestType.objects.exclude(form_key="").order_by("name"):
            found.setdefault(one.form_key, []).append(named(one))
        for attribute in ("formKey", "formId"):
            for key, names in referred(attribute).items():
                found.setdefault(key, []).extend(names)
        return found


def schema_in(source: str) -> dict[str, Any]:
    """Raises NotAForm."""
    try:
        schema = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise NotAForm from error
    if "\\u0000" in source or not is_well_formed(schema):
        raise NotAForm
    return schema
