"""Addresses as people mistype them and scanners try them: never an error of the server."""

import pytest

from sira.people.tests.cast import an_administrator

pytestmark = pytest.mark.django_db
ODD = ["x", "-1", "99999999999999999999", "²", "%00", "2026-13-45"]
PAGES = [
    "/studio/processes/ticket/?version={}",
    "/studio/forms/new-laptop/?version={}",
    "/studio/forms/new-laptop/preview/?version={}",
    "/studio/forms/new-laptop/preview/?language={}",
    "/studio/decisions/priority/?version={}",
    "/studio/decisions/priority/coverage/?version={}",
    "/studio/decisions/priority/tests/?version={}",
    "/studio/decisions/priority/1/many/?most={}",
    "/studio/processes/ticket/1/changes/?with={}",
    "/studio/processes/ticket/1/many/?most={}",
    "/studio/processes/ticket/1/try/?ticket={}",
    "/studio/people/?q={}",
    "/studio/people/?after={}&key={}",
    "/studio/organisations/?after={}&key={}",
    "/studio/processes/{}/",
    "/studio/people/{}/",
    "/team/?week={}",
    "/team/?group={}",
    "/team/export.csv?group={}&week={}",
    "/team/groups/it/fairness/?period={}&starts={}",
]


@pytest.mark.parametrize("page", PAGES)
def test_an_odd_address_is_answered(ada, page):
    for text in ODD:
        answer = ada.get(page.replace("{}", text))
        assert answer.status_code < 500, (page, text)


def test_odd_values_of_a_form_are_answered(ada):
    for text in ["x", "", "-1", "99999999999999999999", "\x00"]:
        for action in ("/studio/decisions/priority/try/", "/studio/processes/new/", "/team/mine/presence/"):
            given = {"version": text, "key": text, "name": text, "template": text, "presence": text, "next": text}
            assert ada.post(action, given).status_code < 500, (action, text)


def test_what_is_not_there_is_not_found(ada):
    an_administrator("Ewa Nowak")
    for text in ("x", "77"):
        assert ada.get(f"/studio/decisions/priority/coverage/?version={text}").status_code == 404
