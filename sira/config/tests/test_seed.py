import random

from django.db import connection
from django.utils import timezone

from sira.config import packs, seed
from sira.config.seed import copying
from sira.config.seed.words import Writer
from sira.plumbing.words.tokens import line
from sira.promises.models import Clock
from sira.tickets import tallies
from sira.tickets.models import HistoryEntry, Message, Ticket


def test_seeded_tickets_look_like_worked_ones(committing):
    packs.load_all(at=timezone.now())
    seed.seed(150)
    assert Ticket.objects.count() == 150
    assert Message.objects.count() == 450
    assert not Ticket.objects.exclude(pk__in=HistoryEntry.objects.values("ticket")).exists()
    assert Ticket.objects.filter(status="closed").count() > 75
    assert tallies.drift() == []
    for ticket in Ticket.objects.all():
        counting = Clock.objects.filter(subject=ticket.pk, stopped_at=None, paused_at=None)
        assert ticket.due_at == min((clock.due_at for clock in counting), default=None)
    every_reference_leads_somewhere()


def every_reference_leads_somewhere():
    columns = [(model, column) for model in copying.PARTS for column in model._meta.concrete_fields]
    with connection.cursor() as cursor:
        for model, column in columns:
            if column.related_model is None:
                continue
            target = column.related_model._meta
            cursor.execute(
                f"SELECT count(*) FROM {model._meta.db_table} a LEFT JOIN {target.db_table} b"
                f" ON b.{target.pk.column} = a.{column.column}"
                f" WHERE a.{column.column} IS NOT NULL AND b.{target.pk.column} IS NULL"
            )
            assert cursor.fetchone()[0] == 0, f"{model.__name__}.{column.name}"


def test_a_made_up_text_has_the_words_that_the_search_would_give_it():
    writer = Writer("pl", random.Random(1))
    places = writer.message()
    text = writer.text(places)
    assert writer.line(places) == line(text, "pl")
