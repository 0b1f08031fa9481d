from datetime import date

from sira.tickets import requested
from sira.tickets.models import TicketLink

SCANNER = {"subject": "Scanner", "number": 1, "total": 900, "reason": "Papers", "cost_centre": "4711"}
ORDER = {"supplier": "Papyrus", "order_number": "7", "price": 880, "expected_on": "2026-12-10"}
TAG = {"asset_tag": "A-17", "serial": "X1", "place": "Room 4", "use_until": "2028-11-30", "maintain_months": 12}


def test_every_way_of_a_purchase_is_walked(office):
    office.has("purchase")

    def asked(**answers):
        return office.begins("purchase", SCANNER | answers, form="purchase-request")

    def in_use(walk):
        return walk.do("order", **ORDER).do("receive", "fine").do("tag", **TAG).do("hand_over")

    asked(total=90).reject("approve").ends()
    long_used = asked().approve("approve").do("order", **ORDER).do("receive", "wrong").do("send_back")
    in_use(long_used).later(days=400)
    assert long_used.fresh().fields["asset_state"] == "in use"
    assert long_used.fresh().stage == "in_work"  # what its requester sees, though nobody of the desk has it by name
    assert TicketLink.objects.filter(kind=TicketLink.Kind.CHILD).count() == 1
    long_used.later(days=400)
    assert long_used.at.date() > date(2028, 11, 30)
    long_used.do("dispose", how="recycled").do("off_books").ends()
    assert long_used.fresh().fields["asset_state"] == "disposed"

    lost = in_use(asked(total=9000).approve("approve")).do("in_use", "lost").do("report_loss").do("off_books").ends()
    assert lost.fresh().fields["asset_state"] == "lost"
    told = dict(requested.answers_of(lost.fresh(), None, "fa"))
    assert told["وضعیت دارایی"] == "گم یا دزدیده‌شده" and "روز خروج" in told
    in_use(asked(total=90).approve("approve")).do("in_use", "worn_out").do("dispose", how="sold").do("off_books").ends()
    office.all_walked("asset_purchase")
