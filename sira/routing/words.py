"""The words of a trace of routing, for people: the trace itself keeps facts."""

from django.utils.translation import gettext_lazy as _

LEFT_OUT = {
    "no_agent": _("no longer an agent"),
    "leave": _("on leave"),
    "sick": _("sick"),
    "off_shift": _("not on shift"),
    "closed": _("outside their working hours"),
    "away": _("away"),
    "off": _("off work"),
    "busy": _("busy"),
    "no_share": _("has no share of this group's tickets"),
    "skill": _("lacks a skill that is needed"),
    "language": _("doesn't speak the language"),
    "channel": _("has as many of this channel as they take"),
    "capacity": _("has as much open work as they take"),
    "day_cap": _("had today's most"),
    "week_cap": _("had this week's most"),
    "month_cap": _("had this month's most"),
    "silent": _("had it and didn't react in time"),
    "just_dealt_to": _("was just being given another"),
}
WHY = {
    "next_in_turn": _("in turn"),
    "least_load": _("least load"),
    "share": _("their share was owed most"),
    "best_skill": _("knows most of it"),
    "knew_them": _("worked for this person last"),
    "taken_from_queue": _("taken from the queue"),
    "nobody_there": _("nobody may be given it now; it is dealt as soon as somebody may"),
    "group_full": _("the group has had as many as agreed; it is dealt when the next period begins"),
    "no_such_group": _("no rule names a group of this desk"),
}
