from sira.tickets.models import Category, Ticket

ASKED = {"subject": "My password does not work", "details": "Since this morning."}
WORDS = {
    "Wi-Fi is gone": "network",
    "Şifremi unuttum": "account",
    "چاپگر کار نمی‌کند": "printing",
    "Drukarka nie działa": "printing",
    "Proszę o urlop w maju": "leave",
    "صورت‌حساب اشتباه است": "invoice",
}


def test_every_way_of_routing_is_walked(office):
    office.has("routing")

    def asked(**words):
        return office.begins("question", ASKED, form="question", **words)

    walk = asked()
    assert walk.fresh().category.key == "account"
    walk.later(hours=5).resolve().reopen().resolve().confirm().ends()
    walk.reopen().resolve().confirm().ends()

    known = asked(category=Category.objects.get(key="payroll"))
    assert known.fresh().group.key == "hr"
    Ticket.objects.filter(pk=known.ticket.pk).update(agent=office.zeynep)
    known.later(hours=5).resolve().later(days=6).ends()
    office.all_walked("ticket_routing")


def test_words_of_four_languages_say_the_category(office):
    office.has("routing")
    for subject, category in WORDS.items():
        walk = office.begins("question", ASKED | {"subject": subject, "details": "-"}, form="question")
        assert walk.fresh().category.key == category, subject
