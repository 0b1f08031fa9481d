"""What a calendar refuses."""

from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused


class NoCalendar(Refused):
    code = "no_calendar"
    message = _("No working calendar is chosen and none is the default. Make one calendar the default.")


class BadHours(Refused):
    code = "bad_hours"
    status = 422
    message = _("These open times can't be. Give each opening a start and an end within the day.")


class UnknownZone(Refused):
    code = "unknown_zone"
    status = 422
    message = _("This time zone is not known. Choose one such as Europe/Warsaw.")


class NoHolidaysKnown(Refused):
    code = "no_holidays_known"
    status = 422
    message = _("Holidays of this country or region are not known. Enter them by hand.")


class NotADate(Refused):
    code = "not_a_date"
    status = 422
    message = _("This is not a date. Write it as 1405/09/03 or 2026-11-24.")


class NoFeed(Refused):
    code = "no_feed"
    status = 422
    message = _("This is no address of a calendar. It begins with https:// and is written out in full.")
