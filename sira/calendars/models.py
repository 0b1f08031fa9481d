"""Working calendars: what people edit, and the editions that are reckoned with."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

DAY = 24 * 60


def seven_closed_days() -> list[list[list[int]]]:
    return [[] for _day in range(7)]


class Calendar(models.Model):
    """When somebody works: a week in a time zone. Holidays and overrides of single dates stand beside it.

    week: Monday first, for each day pairs [opens, closes] in minutes after midnight; closes <= opens ends next day.
    """

    name = models.CharField(max_length=120, unique=True)
    time_zone = models.CharField(max_length=60, help_text="as Europe/Warsaw")
    always_open = models.BooleanField(default=False, help_text="24 x 7, holidays too")
    week = models.JSONField(default=seven_closed_days)
    is_default = models.BooleanField(default=False)
    edition = models.ForeignKey("Edition", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_calendar_is_the_default", fields=["is_default"], condition=Q(is_default=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A date on which the calendar is closed; with opens and closes, a half day: open only between the two.

    A holiday that was loaded and is not kept here stays as a row that is not observed, so that loading again
    does not bring it back.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="holidays")
    date = models.DateField()
    name = models.CharField(max_length=200)
    opens = models.PositiveSmallIntegerField(null=True, blank=True, help_text="minutes after midnight")
    closes = models.PositiveSmallIntegerField(null=True, blank=True, help_text="minutes after midnight")
    is_observed = models.BooleanField(default=True)
    source = models.CharField(max_length=40, blank=True, help_text="empty: entered or changed by hand")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="calendar_has_a_holiday_once", fields=["calendar", "date"]),
            models.CheckConstraint(
                name="half_day_opens_before_it_closes",
                condition=Q(opens=None, closes=None) | Q(opens__lt=models.F("closes"), closes__lte=DAY),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class HolidayFeed(models.Model):
    """An iCalendar address from which the calendar's holidays are fetched each day. problem: why it failed last."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="feeds")
    address = models.CharField(max_length=500)
    due_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="calendar_is_fed_once_from_an_address", fields=["calendar", "address"])
        ]

    def __str__(self) -> str:
        return self.address


class DateOverride(models.Model):
    """One date with other hours than its weekday and in spite of holidays. openings: pairs; none is closed."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="overrides")
    date = models.DateField()
    openings = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="calendar_overrides_a_date_once", fields=["calendar", "date"]),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.reason}"


class Edition(models.Model):
    """A calendar as it stood from `at` on. Never changed: old deadlines are explained and replayed by it.

    body: {"zone", "week", "days": {"2026-01-01": pairs}}, ready to be compiled.
    superseded_at: when the next edition took its place.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="calendar_counts_its_editions", fields=["calendar", "number"]),
            models.UniqueConstraint(
                name="calendar_has_one_current_edition", fields=["calendar"], condition=Q(superseded_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} / {self.number}"
