"""The sample organisation looks as if it had lived."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from sira.config.demo import life
from sira.notifications.models import OutgoingMail

pytestmark = pytest.mark.django_db


def test_notices_of_the_sample_stand_in_the_order_of_their_times():
    at = now()
    for ago in (5, 9, 0, 7, 1):
        OutgoingMail.objects.create(
            kind="told", to=f"{ago}@desk.example", queued_at=at - timedelta(days=ago), next_at=at, unseen=True
        )
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    life.all_mails_sent()
    kept = OutgoingMail.objects.order_by("pk")
    assert [one.to[0] for one in kept] == ["9", "7", "5", "1", "0"] and {one.pk for one in kept} == before
    assert {one.state for one in kept} == {OutgoingMail.State.SENT}
