from datetime import date, datetime

NEW = {
    "person": "Nina Neu",
    "mail": "nina@home.example",
    "first_day": "2026-12-07",
    "position": "Dispatcher",
    "role": "warehouse",
    "leader": "marta@desk.example",
    "desk": "Hall 2",
}
TRAININGS = {"first_training": datetime(2026, 12, 8, 10), "place": "Room 2"}


def test_every_way_of_an_onboarding_is_walked(office):
    office.has("onboarding")

    def asked():
        return office.begins("onboarding", NEW, form="onboarding-request")

    quick = asked()
    assert quick.fresh().fields["rights"] == ["mail", "stock"]
    quick.later(days=3)
    for element in ("accounts", "rights", "equipment", "welcome_pack"):
        quick.do(element)
    quick.do("trainings", **TRAININGS).until("first_day")
    assert quick.at.date() == date(2026, 12, 7)
    quick.do("check", all_there="no", missing="A chair").do("bring").do("check", all_there="yes").ends()
    quick.reopen().do("bring").do("check", all_there="yes").ends()

    slow = asked().later(days=13)
    for element in ("equipment", "welcome_pack", "accounts", "rights"):
        slow.do(element)
    slow.do("trainings", **TRAININGS).later(days=14).ends()
    office.all_walked("onboarding")
