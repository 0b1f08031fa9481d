import json

import pytest

from sira.catalogue.models import RequestType
from sira.config import packs
from sira.config.models import LoadedPart
from sira.forms import linting, publishing
from sira.forms.models import FormVersion
from sira.forms.schema import components
from sira.people.tests.cast import NOON, an_administrator

HELPDESK = packs.PACKS / "helpdesk"
LANGUAGES = ("tr", "fa", "pl")
FORMS = sorted((HELPDESK / "forms").glob("*.json"))


@pytest.mark.django_db
def test_a_pack_is_loaded_once_and_then_left_as_people_made_it():
    loaded = packs.load_pack(HELPDESK, at=NOON)
    assert "catalogue.json" in loaded
    assert RequestType.objects.offered().count() == 6
    publishing.publish(
        "new-laptop", {"components": [{"type": "textarea", "key": "description"}]}, by=an_administrator(), at=NOON
    )
    assert packs.load_pack(HELPDESK, at=NOON) == []
    assert FormVersion.objects.get(key="new-laptop", status="published").version == 2


@pytest.mark.django_db
def test_a_changed_part_is_loaded_again(tmp_path):
    folder = tmp_path / "small"
    (folder / "forms").mkdir(parents=True)
    form = folder / "forms" / "a.json"
    form.write_text(json.dumps({"components": [{"type": "textfield", "key": "a"}]}))
    assert packs.load_pack(folder, at=NOON) == ["forms/a.json"]
    form.write_text(json.dumps({"components": [{"type": "textarea", "key": "a"}]}))
    assert packs.load_pack(folder, at=NOON) == ["forms/a.json"]
    assert publishing.published("a").version == 2
    assert LoadedPart.objects.get(pack="small").path == "forms/a.json"


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_each_form_can_be_published_and_speaks_every_language(file):
    schema = packs.read(file)
    assert linting.problems(schema) == []
    for component in components(schema):
        for language in LANGUAGES:
            assert component.raw["properties"].get(f"label:{language}"), (component.key, language)
            for value, _words in component.options(language):
                assert component.raw["properties"].get(f"option:{value}:{language}"), (component.key, value, language)


def test_the_catalogue_speaks_every_language():
    catalogue = packs.read(HELPDESK / "catalogue.json")
    for group in catalogue.values():
        for one in group:
            assert set(one["names"]) == set(LANGUAGES), one["key"]
    for one in catalogue["request_types"]:
        assert set(one["descriptions"]) == set(LANGUAGES), one["key"]


@pytest.mark.django_db
def test_a_template_is_loaded_when_it_is_chosen_and_kept_up_to_date_from_then_on():
    packs.load_all(at=NOON)
    assert not LoadedPart.objects.filter(pack="onboarding").exists()
    assert "catalogue.json" in packs.load_pack(packs.PACKS / "onboarding", at=NOON)
    LoadedPart.objects.filter(pack="onboarding", path="catalogue.json").update(digest="older")
    assert packs.load_all(at=NOON) == {"onboarding": ["catalogue.json"]}
