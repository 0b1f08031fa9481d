"""Passwords made of names that everybody in the house knows."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from sira.people.models import Organisation, SupportGroup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(settings):
    settings.SIRA_URL = "https://helpdesk.meridian.example"
    Organisation.objects.create(name="Borealis Shipping")
    SupportGroup.objects.create(name="Facilities", key="facilities")


@pytest.mark.parametrize("password", ["meridian2026", "Helpdesk-Sira-1", "BorealisShipping!", "facilities12"])
def test_the_desk_s_own_names_are_refused(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert [error.code for error in refused.value.error_list] == ["word_of_the_house"]


@pytest.mark.parametrize("password", ["seven tin kettles", "meridian of a quiet sea", "x9!Lm2#qVt7p"])
def test_other_words_are_enough(password):
    validate_password(password)
