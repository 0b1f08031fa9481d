"""Working calendars: what people edit, and the editions that are reckoned with."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

DAY = 24 * 60


def seven_closed_days() -> list[list[list[int]]]:
    return [[] for _day in range(7)]


class Calendar(models.Model):
    """When somebody works: a week in a time zone. Holidays and overrides of single dates stand beside it.

    week: Monday first, for each day pairs [opens, closes] in minutes after midnight; closes <= opens ends next day.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, help_text=_("as Europe/Warsaw"))
    always_open = models.BooleanField(_("always open"), default=False, help_text=_("24 x 7, holidays too"))
    week = models.JSONField(_("week"), default=seven_closed_days)
    is_default = models.BooleanField(_("used where no other is chosen"), default=False)
    edition = models.ForeignKey("Edition", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = _("working calendar"), _("working calendars")
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
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=200)
    opens = models.PositiveSmallIntegerField(_("opens"), null=True, blank=True, help_text=_("minutes after midnight"))
    closes = models.PositiveSmallIntegerField(_("closes"), null=True, blank=True, help_text=_("minutes after midnight"))
    is_observed = models.BooleanField(_("observed"), default=True)
    source = models.CharField(_("source"), max_length=40, blank=True, help_text=_("empty: entered or changed by hand"))

    class Meta:
        verbose_name, verbose_name_plural = _("holiday"), _("holidays")
        constraints: ClassVar = [
            models.UniqueConstraint(name="calendar_has_a_holiday_once", fields=["calendar", "date"]),
            models.CheckConstraint(
                name="half_day_opens_before_it_closes",
                condition=Q(opens=None, closes=None) | Q(opens__lt=models.F("closes"), closes__lte=DAY),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class DateOverride(models.Model):
    """One date with other hours than its weekday and in spite of holidays. openings: pairs; none is closed."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="overrides")
    date = models.DateField(_("date"))
    openings = models.JSONField(_("open times"), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("override of a date"), _("overrides of dates")
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
        verbose_name, verbose_name_plural = _("edition of a calendar"), _("editions of a calendar")
        constraints: ClassVar = [
            models.UniqueConstraint(name="calendar_counts_its_editions", fields=["calendar", "number"]),
            models.UniqueConstraint(
                name="calendar_has_one_current_edition", fields=["calendar"], condition=Q(superseded_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} / {self.number}"
