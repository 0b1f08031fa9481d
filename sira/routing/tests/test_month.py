import pytest

from sira.routing.tests.month import a_group_for_a_month, live


@pytest.mark.django_db
def test_over_a_month_with_shifts_leave_sickness_and_nowruz_the_shares_come_out_as_planned(settings):
    """A slice; bench/routing.py deals 20,000."""
    settings.TIME_ZONE = "UTC"
    result = live(a_group_for_a_month(day_cap=3), 600)
    assert sum(result.real.values()) == 600
    assert result.waited > 100
    assert (result.wrong, result.over_cap, result.idle) == (0, 0, 0)
    assert result.worst() < 2
