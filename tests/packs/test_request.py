LICENCE = {"subject": "Drawing program", "kind": "software", "amount": 2400, "description": "For plans."}


def test_every_way_of_a_request_with_approvals_is_walked(office):
    office.has("feedback", "request")

    def asked(**answers):
        return office.begins("approved_request", LICENCE | answers, form="service-request")

    large = asked()
    assert large.open_task("approve").approval.plan["steps"][0] == [office.marta.pk]
    large.approve("approve").do("do_part").do("do_part", "not_possible").reopen().resolve("Another one.").confirm()
    large.do("survey", mark=5).ends()
    large.reopen().resolve("Now it is there.").confirm().do("survey", mark=4).ends()

    asked(kind="equipment", amount=90).reject("approve").ends()

    move = asked(kind="workplace")
    assert "do_part" in move.waits_at()
    move.do("do_part").do("do_part").later(days=20).ends()
    office.all_walked("service_request_approval")
