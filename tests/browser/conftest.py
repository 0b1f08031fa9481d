"""A desk with a few people, as its own processes, and a browser that looks at it."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.platform.desk import Desk, migrated, throw_away

PATIENCE = 60_000  # milliseconds: machines that test are busy
expect.set_options(timeout=PATIENCE)

PASSWORD = "only-for-browser-tests"
PHONE = {"width": 390, "height": 844}
PHONE_SETTINGS = {"viewport": PHONE, "is_mobile": True, "has_touch": True, "device_scale_factor": 1}
SCREEN = {"width": 1440, "height": 900}

CAST = f"""
from django.utils import timezone
from sira.calendars import editing
from sira.calendars.models import Calendar
from sira.people import persons
from sira.people.automation import automation
from sira.people.models import SupportGroup

at, by = timezone.now(), automation()
if not Calendar.objects.exists():
    editing.create("Always", time_zone="UTC", week=[[[0, 24 * 60]]] * 7, by=by, at=at)
people = {{}}
for key, name, role, language in [
    ("ayse", "Ayşe Demir", "agent", "en"), ("zeynep", "Zeynep Kaya", "lead", "fa"),
    ("leila", "لیلا کریمی", "requester", "fa"), ("tom", "Tom Whitfield", "requester", "en"),
]:
    people[key] = persons.create_person(
        name=name, email=f"{{key}}@desk.example", role=role, organisation=None, language=language,
        time_zone="UTC", by=by, at=at,
    )
    people[key].set_password("{PASSWORD}")
    people[key].save(update_fields=["password"])
for key in ("it", "service-desk", "hr", "finance", "facilities", "customer-care"):
    group, _made = SupportGroup.objects.get_or_create(key=key, defaults={{"name": key.upper()}})
    group.strategy = "free"
    group.save()
    persons.put_in_group(people["ayse"], group, leads=False, by=by)
    persons.put_in_group(people["zeynep"], group, leads=True, by=by)
"""


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Desk]:
    home = migrated(tmp_path_factory.mktemp("browsed") / "var")
    desk = Desk(home, "--empty").ready()
    desk.django(CAST)
    yield desk
    desk.end()
    throw_away(home)


@pytest.fixture(scope="module")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """For one module only: while Playwright is open this thread has a running loop, and Django refuses its database."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("Chromium is missing; bin/test installs it when root starts it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser of their own."""

    def __init__(self, context: BrowserContext, at: str, *, has_scripts: bool = True) -> None:
        self.context, self.at, self.has_scripts = context, at, has_scripts
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def sign_in(self, key: str) -> "Visitor":
        self.go("/sign-in/")
        self.page.locator("input[name=login]").fill(f"{key}@desk.example")
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("form.sign-in button[data-kind=primary]").click()
        expect(self.page.locator("form.sign-in")).to_have_count(0)
        return self

    def go(self, path: str) -> Page:
        answer = self.page.goto(f"{self.at}{path}")
        assert answer is not None
        assert answer.ok, f"{path} answers {answer.status}"
        self.await_htmx()
        return self.page

    def await_htmx(self) -> None:
        """It looks for its elements in a task of its own, which on a busy machine comes after the page has loaded."""
        is_there = self.has_scripts and self.page.locator("script[src*='/htmx']").count()
        if is_there and self.page.locator("[hx-get], [hx-post]").count():
            expect(self.page.locator("[data-htmx-powered]").first).to_be_attached()


# The next frame has the new colours, or goes towards them.
HAS_CHANGED = """new Promise((done) => requestAnimationFrame(() => done(Promise.allSettled(
  document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)))))"""


def in_scheme(page: Page, scheme: str) -> None:
    """Show the page, as it stands, in that scheme of colours: `light` or `dark`."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(HAS_CHANGED)


@pytest.fixture
def visitor(desk: Desk, chromium: Browser) -> Iterator:
    """visitor(**settings of the browser): a person who has just come."""
    contexts = []

    def comes(**settings: object) -> Visitor:
        settings.setdefault("viewport", SCREEN)
        context = chromium.new_context(**settings)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        scripted = bool(settings.get("java_script_enabled", True))
        return Visitor(context, f"http://localhost:{desk.port}", has_scripts=scripted)

    yield comes
    for context in contexts:
        context.close()


OPENING = """
from django.utils import timezone
from sira.people.models import Person
from sira.tickets.messages import Said
from sira.tickets.models import Category, TicketType
from sira.tickets.opening import Asked, open_ticket

for subject in {subjects!r}:
    asked = Asked(
        type=TicketType.objects.get(key="incident"), subject=subject, said=Said(text="It began this morning."),
        requester=Person.objects.get(email="{by}@desk.example"), channel="phone",
        category=Category.objects.get(key="network"),
    )
    print(open_ticket(asked, by=asked.requester, at=timezone.now())[0].number)
"""


@pytest.fixture
def opened(desk: Desk) -> Callable[..., list[str]]:
    """opened("Subject", ..., by="tom"): the numbers of new tickets."""

    def open_them(*subjects: str, by: str = "tom") -> list[str]:
        return desk.django(OPENING.format(subjects=subjects, by=by)).split()

    return open_them
