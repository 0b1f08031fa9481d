from datetime import timedelta

from sira.processes import timers
from sira.tickets import jobs
from sira.tickets.models import Ticket, TicketLink, TicketType
from sira.tickets.tests.cast import monday
from tests.packs.walking import Walk


def test_every_way_of_feedback_and_improvement_is_walked(office):
    """The drawing is called at the end of others; here it leads a type of its own."""
    office.has("feedback")
    TicketType.objects.create(key="asked_after", prefix="FBK", name="Feedback", process_key="feedback")
    office.begins("asked_after").do("survey", mark=5).ends("open")
    office.begins("asked_after").later(days=8).ends("open")

    bad = office.begins("asked_after").do("survey", mark=1, comment="Nobody called.")
    assert bad.fresh().fields["mark_weight"] == "bad"
    child = Walk(TicketLink.objects.get(kind=TicketLink.Kind.CHILD).source, at=bad.at, admin=office.ada)
    office.walks.append(child)
    child.do("speak", said="They waited a week.")
    child.do("analyse", cause="No call back", worth_it="yes", measure="Call back in a day", responsible="it")
    child.do("improve").do("report", report="We call back within a day now.").ends()
    jobs.tell_parents(child.ticket.pk)
    bad.ends("open")

    timers.pump(monday(9) + timedelta(days=40))
    monthly = Ticket.objects.get(type__key="improvement", channel="process", requester__role="system")
    walk = Walk(monthly, at=monday(9) + timedelta(days=40), admin=office.ada)
    office.walks.append(walk)
    walk.do("gather").do("analyse", cause="Nothing special", worth_it="no").do("report", report="A good month.").ends()
    office.all_walked("feedback", "improvement")
