"""What axe-core finds on the main pages: nothing, in both themes, from left to right and from right to left."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE_SETTINGS, in_scheme
from tests.browser.test_studio import ADMINISTRATOR
from tests.platform.desk import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that look at them, so what another scheme changes
LOOK = "async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ['violations']})).violations"
OUTSIDE = ["/", "/sign-in/", "/sign-in/link/", "/answers/", "/ask/report-a-problem/", "/offline/"]
PORTAL = ["/portal/", "/portal/ask/", "/portal/ask/report-a-problem/", "/portal/requests/", "/portal/requests/{own}/"]
PORTAL += ["/portal/?q=lamp", "/answers/", "/profile/"]
DESK = ["/desk/?queue=all", "/tickets/{own}/", "/tickets/{own}/resolve/", "/desk/queue/?queue=all", "/desk/new/"]
DESK += ["/desk/find/?q=lamp", "/boards/", "/profile/", "/knowledge/", "/knowledge/new/"]
STUDIO = ["/studio/", "/studio/guide/hours/", "/studio/guide/people/", "/studio/guide/mailbox/", "/studio/mail/"]
STUDIO += ["/studio/people/", "/portal/look/desk/"]


@pytest.fixture(scope="module")
def axe():
    if not AXE.exists():
        pytest.skip("axe-core is missing; bin/test brings it")
    return AXE.read_text(encoding="utf-8")


def found(page, rules, scheme):
    """The violations of the page, each with the first element that has it."""
    return [
        f"{page.url}, {scheme}: {one['id']}, {first['html'][:150]} ({first['failureSummary'][:200]})"
        for one in page.evaluate(LOOK, rules)
        for first in one["nodes"][:1]
    ]


def looked_through(who, paths, axe, *schemes, **words):
    """What is found on the pages; a second scheme is looked at on the same pages, for what it can change."""
    violations = []
    for path in paths:
        page = who.go(path.format(**words))
        expect(page.locator("main")).to_have_count(1)
        page.evaluate(axe)
        for scheme, rules in zip(schemes, [RULES, OF_COLOURS], strict=False):
            in_scheme(page, scheme)
            violations += found(page, rules, scheme)
    return violations


def test_nobody_is_shut_out_before_signing_in(visitor, axe):
    assert looked_through(visitor(), OUTSIDE, axe, "light", "dark") == []


@pytest.mark.parametrize(("who", "scheme"), [("tom", "light"), ("leila", "dark")])
def test_nobody_is_shut_out_of_the_portal(visitor, opened, axe, who, scheme):
    [own] = opened("The lamp in the hall flickers", by=who)
    assert looked_through(visitor(**PHONE_SETTINGS).sign_in(who), PORTAL, axe, scheme, own=own) == []


@pytest.mark.parametrize(("who", "schemes"), [("ayse", ("light", "dark")), ("zeynep", ("dark",))])
def test_nobody_is_shut_out_of_the_workspace(visitor, opened, axe, who, schemes):
    [own] = opened("The lamp in the hall flickers")
    assert looked_through(visitor().sign_in(who), DESK, axe, *schemes, own=own) == []


@pytest.mark.parametrize(("who", "scheme"), [("ada", "dark"), ("reza", "light")])
def test_nobody_is_shut_out_of_setting_the_desk_up(desk, visitor, axe, who, scheme):
    desk.django(ADMINISTRATOR)
    assert looked_through(visitor().sign_in(who), STUDIO, axe, scheme) == []
