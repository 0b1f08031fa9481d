"""Thousands of requesters."""

from datetime import datetime, timedelta

from django.db import connection

from sira.people.models import Address, Organisation, Person

# Given names and family names; a number tells namesakes apart.
NAMES = {
    "en": (
        "Amy Ben Carla Dan Eve Finn Grace Hugh",
        "Adams Baker Clark Davies Evans Foster Green Hall",
    ),
    "tr": (
        "Ali Ayşe Burak Ceren Deniz Elif Emre",
        "Yılmaz Kaya Demir Çelik Şahin Aydın Öztürk Arslan",
    ),
    "fa": ("علی زهرا رضا مریم حسین سارا مهدی نرگس", "احمدی رضایی کریمی حسینی محمدی صادقی"),
    "pl": ("Anna Jan Ewa Piotr Maria Paweł Zofia Tomasz", "Nowak Kowalski Wiśniewski Wójcik Lewandowski Zieliński"),
}
ZONES = {"en": "Europe/Warsaw", "tr": "Europe/Istanbul", "fa": "Asia/Tehran", "pl": "Europe/Warsaw"}


def make(language: str, count: int, *, at: datetime) -> list[Person]:
    """So many people who write in the language: those of earlier runs, and new ones where they do not suffice."""
    given, family = (text.split() for text in NAMES[language])
    known = list(Person.objects.filter(email__endswith=f".{language}@seeded.example").order_by("id"))
    organisations = list(Organisation.objects.order_by("id").values_list("id", flat=True))
    people = Person.objects.bulk_create(
        Person(
            name=f"{given[number % len(given)]} {family[number // len(given) % len(family)]} {number}",
            email=f"person{number}.{language}@seeded.example",
            organisation_id=organisations[number % len(organisations)] if organisations else None,
            language=language,
            time_zone=ZONES[language],
            password="!",
            created_at=at - timedelta(days=900),
        )
        for number in range(len(known), count)
    )
    Address.objects.bulk_create(Address(person=person, kind="mail", value=person.email) for person in people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person, people_address")
    return [*known, *people][:count]
