"""The team's days, one's own working time, and how leads plan them."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from sira.workforce.views import files, plans, shifts, team


class PlanAct(StringConverter):
    regex = "|".join(plans.ACTS)


class ShiftAct(StringConverter):
    regex = "cancel|give|swap"


register_converter(PlanAct, "plan_act")
register_converter(ShiftAct, "shift_act")

app_name = "workforce"
urlpatterns = [
    path("team/", team.team, name="team"),
    path("team/export.<str:form>", files.export, name="export"),
    path("team/import/", files.take_in, name="import"),
    path("team/mine/", team.mine, name="mine"),
    path("team/mine/presence/", team.set_presence, name="presence"),
    path("team/mine/active/", team.active, name="active"),
    path("team/mine/away/", team.ask, name="ask"),
    path("team/mine/away/<int:key>/end/", team.end, name="end"),
    path("team/mine/swaps/<int:key>/", shifts.answer, name="answer_swap"),
    path("team/away/<int:key>/", team.decide, name="decide"),
    path("team/shifts/<int:key>/", shifts.shift, name="shift"),
    path("team/shifts/<int:key>/<shift_act:act>/", shifts.change, name="change_shift"),
    path("team/people/<int:key>/", plans.person, name="person"),
    path("team/people/<int:key>/<plan_act:act>/", plans.keep, name="keep"),
    path("team/patterns/", plans.patterns, name="patterns"),
    path("team/patterns/<int:key>/", plans.patterns, name="pattern"),
    path("team/groups/<slug:key>/calls/", plans.calls, name="calls"),
]
