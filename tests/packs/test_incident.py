from sira.tickets.models import Ticket, TicketLink

DOWN = {"impact": Ticket.Level.HIGH, "urgency": Ticket.Level.HIGH}


def test_every_way_of_an_incident_is_walked(office):
    office.has("feedback", "incident")
    small = office.begins("incident_diagnosed").later(days=2)
    small.do("diagnose", "elsewhere", other_group="facilities")
    assert small.fresh().group.key == "facilities"
    small.do("diagnose", "found", cause="A cable").resolve().reopen().do("diagnose", "found", cause="The plug")
    small.resolve().confirm().do("survey", mark=5).ends()
    small.reopen().do("diagnose", "found").resolve().later(days=20).ends()

    for problem in ("yes", "no"):
        major = office.begins("incident_diagnosed", **DOWN).later(hours=2)
        assert major.fresh().priority == 1
        major.do("diagnose", "found", cause="Power").resolve().confirm()
        major.do("review", review="The battery was empty.", problem=problem).ends()
    office.all_walked("incident_management")
    child = TicketLink.objects.get(kind=TicketLink.Kind.CHILD).source
    assert child.type.key == "problem" and child.subject.startswith("Cause of IND-")
