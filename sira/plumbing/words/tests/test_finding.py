import pytest
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models

from sira.plumbing.words import finding
from sira.plumbing.words.asking import asked
from sira.plumbing.words.finding import Search
from sira.plumbing.words.tokens import indexed_of, line


@pytest.fixture
def letters(db):
    class Sent(models.Model):  # noqa: DJ008
        reader = models.IntegerField()
        words = models.TextField()

        class Meta:
            app_label = "plumbing"
            indexes = [
                GinIndex(indexed_of("words"), name="sent_words"),
            ]

    with connection.schema_editor() as editor:
        editor.create_model(Sent)
    rows = [
        Sent(
            reader=n % 10,
            words=line(f"common {'old' if n < 60 else 'new'} {'rare' if n % 97 == 0 else ''} N{n}", "en"),
        )
        for n in range(300)
    ]
    Sent.objects.bulk_create(rows)
    yield Sent
    del Sent._meta.apps.all_models["plumbing"]["sent"]


def expected(letters, typed: str, readers: set[int], words) -> list[int]:
    keys = letters.objects.filter(reader__in=readers).order_by("-pk").values_list("pk", flat=True)
    first = letters.objects.order_by("pk").values_list("pk", flat=True)[0]
    return [key for key in keys if words(key - first)]


LITTLE = {"FIRST_LOOK": 5, "COMMON": 3, "RARE": 3, "NARROW": 3}
WAYS = {
    "rare": {"COMMON": 1000},
    "common": LITTLE,
    "narrow": {**LITTLE, "NARROW": 1000, "STEPS": 0},
    "deep": {**LITTLE, "WALKED": 30},
    "far": {**LITTLE, "STEPS": 0},
    "hardly": {**LITTLE, "HARDLY_ANY": 1},
}
ASKED = {
    "common": lambda n: True,
    "old": lambda n: n < 60,
    "rare": lambda n: n % 97 == 0,
    "common -new": lambda n: n < 60,
    '"common new"': lambda n: n >= 60,
    '"new common"': lambda n: False,
    '"common old rare"': lambda n: n < 60 and n % 97 == 0,
    "nowhere": lambda n: False,
}


@pytest.mark.parametrize("typed", ASKED)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_finds_the_newest_visible_page_by_page(letters, monkeypatch, way, typed):
    for name, value in WAYS[way].items():
        monkeypatch.setattr(finding, name, value)
    search = Search(letters, asked(typed))
    for readers in (set(range(10)), {0, 7}):
        visible = letters.objects.filter(reader__in=readers)
        wanted = expected(letters, typed, readers, ASKED[typed])
        got, before = [], None
        while page := search.page(visible, count=20, before=before):
            got += page
            before = page[-1]
        assert got == wanted


def test_nothing_typed_finds_nothing(letters):
    assert Search(letters, asked("the")).page(letters.objects.all(), count=20) == []


def test_the_planner_is_left_as_it_was(letters):
    Search(letters, asked("rare")).page(letters.objects.all(), count=20)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_seqscan'), current_setting('enable_indexscan')")
        assert cursor.fetchone() == ("on", "on")
