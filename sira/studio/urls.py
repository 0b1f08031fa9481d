"""The administrator's pages."""

from collections.abc import Iterable

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from sira.studio.guide import views as guide
from sira.studio.house import (
    calendars,
    catalogue,
    directories,
    groups,
    mail,
    mails,
    organisations,
    people,
    promises,
    retention,
    roles,
    sorting,
)  # fmt: skip
from sira.studio.shelves import SHELVES
from sira.studio.trust import audit, held, tokens, webhooks
from sira.studio.views import (
    comparing,
    decisions,
    editing,
    forms,
    incidents,
    listing,
    moving,
    offering,
    rehearsal,
)  # fmt: skip


class Words(StringConverter):
    """Only these words."""

    def __init_subclass__(cls, *, words: Iterable[str]) -> None:
        cls.regex = "|".join(words)


class KindConverter(Words, words=SHELVES):
    pass


class Sorting(Words, words=sorting.KINDS):
    pass


class PersonAct(Words, words=people.ACTS):
    pass


class GroupAct(Words, words=groups.ACTS):
    pass


class RoleAct(Words, words=roles.ACTS):
    pass


class IncidentAct(Words, words=incidents.ACTS):
    pass


class CalendarAct(Words, words=calendars.ACTS):
    pass


register_converter(CalendarAct, "calendar_act")
register_converter(KindConverter, "shelf")
register_converter(Sorting, "sorting")
register_converter(PersonAct, "person_act")
register_converter(GroupAct, "group_act")
register_converter(RoleAct, "role_act")
register_converter(IncidentAct, "incident_act")

app_name = "studio"
urlpatterns = [
    path("studio/", listing.home, name="home"),
    path("studio/guide/", guide.begin, name="guide"),
    path("studio/guide/<slug:key>/", guide.step, name="guide_step"),
    path("studio/<shelf:kind>/", listing.shelf, name="shelf"),
    path("studio/<shelf:kind>/new/", listing.begin, name="begin"),
    path("studio/<shelf:kind>/import/", listing.bring_in, name="import"),
    path("studio/decisions/<str:key>/try/", decisions.try_out, name="try"),
    path("studio/decisions/<str:key>/tests/", decisions.tests, name="tests"),
    path("studio/decisions/<str:key>/coverage/", decisions.coverage, name="coverage"),
    path("studio/decisions/<str:key>/examples/<int:example>/forget/", decisions.forget, name="forget_example"),
    path("studio/decisions/<str:key>/<int:version>/many/", rehearsal.table_on_many, name="table_on_many"),
    path("studio/processes/<str:key>/<int:version>/check/", editing.check, name="check"),
    path("studio/processes/<str:key>/offer/", offering.offer, name="offer"),
    path("studio/processes/<str:key>/offer/withdraw/", offering.withdraw, name="withdraw_offer"),
    path("studio/processes/<str:key>/<int:version>/move/", moving.move, name="move"),
    path("studio/processes/<str:key>/<int:version>/try/", rehearsal.try_out, name="rehearse"),
    path("studio/processes/<str:key>/<int:version>/many/", rehearsal.on_many, name="on_many"),
    path("studio/forms/<str:key>/preview/", forms.preview, name="preview"),
    path("studio/<shelf:kind>/<str:key>/", editing.show, name="show"),
    path("studio/<shelf:kind>/<str:key>/retire/", editing.retire, name="retire"),
    path("studio/<shelf:kind>/<str:key>/<int:version>/changes/", comparing.changes, name="changes"),
    path("studio/<shelf:kind>/<str:key>/<int:version>/save/", editing.save, name="save"),
    path("studio/<shelf:kind>/<str:key>/<int:version>/publish/", editing.publish, name="publish"),
    path("studio/<shelf:kind>/<str:key>/<int:version>/draft/", editing.draft, name="draft"),
    path("studio/<shelf:kind>/<str:key>/<int:version>/export/", editing.export, name="export"),
    path("studio/<shelf:kind>/<str:key>/aside/<int:aside>/", editing.aside_text, name="aside"),
    path("studio/<shelf:kind>/<str:key>/aside/<int:aside>/take/", editing.take_aside, name="take_aside"),
    path("studio/<shelf:kind>/<str:key>/aside/<int:aside>/drop/", editing.drop_aside, name="drop_aside"),
    path("studio/catalogue/", catalogue.catalogue, name="catalogue"),
    path("studio/catalogue/new/", catalogue.request_type, name="new_request_type"),
    path("studio/catalogue/of/<slug:key>/", catalogue.request_type, name="request_type"),
    path("studio/<sorting:kind>/", sorting.listed, name="sorting"),
    path("studio/<sorting:kind>/new/", sorting.one, name="new_sorting"),
    path("studio/<sorting:kind>/of/<slug:key>/", sorting.one, name="sorted"),
    path("studio/<sorting:kind>/of/<slug:key>/withdraw/", sorting.withdraw, name="withdraw_sorted"),
    path("studio/<sorting:kind>/of/<slug:key>/offer/", sorting.offer, name="offer_sorted"),
    path("studio/people/", people.people, name="people"),
    path("studio/people/enter/", people.enter, name="enter"),
    path("studio/people/<int:key>/", people.person, name="person"),
    path("studio/people/<int:key>/<person_act:act>/", people.act, name="act_on_person"),
    path("studio/people/<int:key>/archive/<int:asked>/", people.archive, name="person_archive"),
    path("studio/retention/", retention.rules, name="retention"),
    path("studio/retention/<int:key>/remove/", retention.remove, name="remove_retention"),
    path("studio/groups/", groups.groups, name="groups"),
    path("studio/groups/begin/", groups.begin, name="begin_group"),
    path("studio/groups/<slug:key>/", groups.group, name="group"),
    path("studio/groups/<slug:key>/<group_act:act>/", groups.act, name="act_on_group"),
    path("studio/calendars/", calendars.calendars, name="calendars"),
    path("studio/calendars/begin/", calendars.begin, name="begin_calendar"),
    path("studio/calendars/<int:key>/", calendars.calendar, name="calendar"),
    path("studio/calendars/<int:key>/<calendar_act:act>/", calendars.act, name="act_on_calendar"),
    path("studio/organisations/", organisations.organisations, name="organisations"),
    path("studio/organisations/new/", organisations.organisation, name="new_organisation"),
    path("studio/organisations/<int:key>/", organisations.organisation, name="organisation"),
    path("studio/organisations/<int:organisation>/contracts/new/", promises.contract, name="new_contract"),
    path("studio/organisations/<int:organisation>/contracts/<int:key>/", promises.contract, name="contract"),
    path(
        "studio/organisations/<int:organisation>/contracts/<int:key>/withdraw/",
        promises.withdraw_contract,
        name="withdraw_contract",
    ),
    path("studio/promises/", promises.promises, name="promises"),
    path("studio/promises/new/", promises.plan, name="new_plan"),
    path("studio/promises/<slug:key>/", promises.plan, name="plan"),
    path("studio/roles/", roles.roles, name="roles"),
    path("studio/roles/begin/", roles.begin, name="begin_role"),
    path("studio/roles/<slug:key>/", roles.role, name="role"),
    path("studio/roles/<slug:key>/<role_act:act>/", roles.act, name="act_on_role"),
    path("studio/sign-in/", directories.directories, name="directories"),
    path("studio/sign-in/new/", directories.directory, name="new_directory"),
    path("studio/sign-in/by/<slug:key>/", directories.directory, name="directory"),
    path("studio/sign-in/by/<slug:key>/try/", directories.try_directory, name="try_directory"),
    path("studio/sign-in/by/<slug:key>/switch/", directories.switch_directory, name="switch_directory"),
    path("studio/sign-in/by/<slug:key>/forget/", directories.forget_directory, name="forget_directory"),
    path("studio/mail/", mail.mail, name="mail"),
    path("studio/mail/new/", mail.mailbox, name="new_mailbox"),
    path("studio/mail/server/", mail.server, name="mail_server"),
    path("studio/mail/server/forget/", mail.forget_server, name="forget_mail_server"),
    path("studio/mail/boxes/<slug:name>/", mail.mailbox, name="mailbox"),
    path("studio/mail/boxes/<slug:name>/try/", mail.try_mailbox, name="try_mailbox"),
    path("studio/mail/boxes/<slug:name>/switch/", mail.switch_mailbox, name="switch_mailbox"),
    path("studio/mail/boxes/<slug:name>/forget/", mail.forget_mailbox, name="forget_mailbox"),
    path("studio/incidents/", incidents.incidents, name="incidents"),
    path("studio/incidents/<int:key>/", incidents.incident, name="incident"),
    path("studio/incidents/<int:key>/<incident_act:act>/", incidents.act, name="act_on_incident"),
    path("studio/mails/", mails.unread, name="unread_mails"),
    path("studio/mails/<int:key>/again/", mails.again, name="read_mail_again"),
    path("studio/held/", held.listed, name="held_files"),
    path("studio/held/<str:key>/give/", held.give, name="give_held_file"),
    path("studio/held/<str:key>/remove/", held.remove, name="remove_held_file"),
    path("studio/webhooks/", webhooks.hooks, name="webhooks"),
    path("studio/webhooks/<int:key>/", webhooks.hook, name="webhook"),
    path("studio/webhooks/<int:key>/remove/", webhooks.remove, name="remove_webhook"),
    path("studio/webhooks/<int:key>/<int:delivery>/again/", webhooks.again, name="webhook_again"),
    path("studio/tokens/", tokens.listed, name="tokens"),
    path("studio/tokens/<int:key>/end/", tokens.end, name="end_token"),
    path("studio/audit/", audit.trail, name="audit"),
    path("studio/audit/export/", audit.export, name="audit_export"),
]
