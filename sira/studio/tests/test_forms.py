import json
import re

import pytest
from django.urls import reverse

from sira.forms.models import FormVersion
from sira.forms.schema import fields
from sira.people.models import Person
from sira.studio.differing.forms import differences
from sira.studio.shelves import SHELVES

KEY = "report-a-problem"


def a_draft(client) -> FormVersion:
    row = FormVersion.objects.get(key=KEY, status="published")
    client.post(reverse("studio:draft", args=["forms", KEY, row.version]))
    return FormVersion.objects.get(key=KEY, status="draft")


def save(client, draft, schema):
    given = {"source": json.dumps(schema), "base": draft.digest}
    return client.post(reverse("studio:save", args=["forms", KEY, draft.version]), given)


def test_the_preview_speaks_each_language(ada):
    for language, words in (("en", "What doesn&#x27;t work?"), ("tr", "Ne çalışmıyor?"), ("fa", "چه چیزی کار نمی‌کند؟")):
        page = ada.get(reverse("studio:preview", args=[KEY]), {"language": language}).content.decode()
        assert words in page and f'lang="{language}" dir="{"rtl" if language == "fa" else "ltr"}"' in page


def test_the_editor_gets_the_label_of_a_date_where_it_shows_it():
    shelf = SHELVES["forms"]
    day = {"type": "datetime", "id": "d", "key": "day", "label": "By when", "properties": {"label:tr": "Ne zaman"}}
    clock = {**day, "subtype": "time", "id": "c", "key": "clock"}
    old = {"components": [{"type": "group", "id": "g", "components": [day]}, clock]}
    new = json.loads(shelf.to_draw("f", json.dumps(old)))
    assert [(one.raw.get("label"), one.label("en"), one.label("tr")) for one in fields(new)] == [
        (None, "By when", "Ne zaman"), (None, "By when", "Ne zaman"),
    ]  # fmt: skip
    assert (fields(new)[0].raw["dateLabel"], fields(new)[1].raw["timeLabel"]) == ("By when", "By when")
    assert differences(old, new) == [], "nobody changed anything"
    changed = {**day, "dateLabel": "Until"}
    assert fields({"components": [changed]})[0].label("en") == "Until", "what the editor shows is what people read"


def test_a_form_is_kept_checked_and_published(ada):
    draft = a_draft(ada)
    broken = {**draft.schema, "components": []}
    told = save(ada, draft, broken).json()
    assert "The form asks nothing" in told["problems"]
    draft.refresh_from_db()
    publish = reverse("studio:publish", args=["forms", KEY, draft.version])
    assert ada.post(publish, {"base": draft.digest}).status_code == 422
    mended = {**broken, "components": [{"type": "textfield", "id": "a", "key": "a", "label": "Only this"}]}
    save(ada, draft, mended)
    draft.refresh_from_db()
    assert ada.post(publish, {"base": draft.digest}).status_code == 302
    assert FormVersion.objects.get(key=KEY, status="published").schema == mended
    assert not FormVersion.objects.filter(key=KEY, status="draft").exists()


def test_two_fields_of_one_name_are_told_and_stop_nothing(desk):
    one, other = ({"type": "textfield", "id": key, "key": key, "label": "Day"} for key in ("from", "until"))
    apart = {"type": "group", "id": "g", "components": [other]}
    for fields_of, said in (([one, other], ["Two fields are called “Day”"]), ([one, apart], [])):
        problems = SHELVES["forms"].problems("f", json.dumps({"type": "default", "components": fields_of}))
        assert [str(p.sentence).partition(".")[0] for p in problems] == said and not any(p.stops for p in problems)


def test_the_editor_leaves_the_keys_and_choices_that_people_have_answered(ada):
    page = ada.get(f"/studio/forms/{KEY}/").content.decode()
    told = json.loads(re.search(r'<script id="studio-form-keys"[^>]*>(.*?)</script>', page)[1])
    schema = FormVersion.objects.get(key=KEY, status="published").schema
    assert told["published"].keys() == {one.key for one in fields(schema)}
    assert {"in", "ticket", "category"} <= set(told["reserved"])
    assert (told["letters"]["ı"], told["letters"]["ش"]) == ("i", "sh")


@pytest.mark.parametrize("page", ["/studio/forms/", "/studio/processes/ticket/", "/studio/catalogue/new/"])
def test_a_form_is_called_in_the_readers_language_where_it_lies_and_where_it_is_chosen(desk, ada, page):
    Person.objects.filter(pk=desk.ada.pk).update(language="fa")
    shown = ada.get(page).content.decode()
    assert "لپ‌تاپ تازه" in shown and ">New laptop<" not in shown


def test_a_form_begun_from_a_template_has_the_name_it_was_given_in_every_language(ada):
    ada.post(reverse("studio:begin", args=["forms"]), {"name": "My laptop", "template": "helpdesk/new-laptop"})
    schema = FormVersion.objects.get(key="my-laptop").schema
    assert schema["name"] == "My laptop" and "name:tr" not in schema.get("properties", {})
