"""Run inside a desk: writes every vector wherever somebody's words are kept, past all that would clean them."""

import sys

from django.db import transaction
from django.utils import timezone

from sira.forms.models import FormVersion
from sira.knowledge import writing
from sira.people import persons
from sira.people.automation import automation
from sira.people.models import Organisation, Person, SupportGroup
from sira.processes import versions
from sira.tickets.messages import Said
from sira.tickets.models import Category, Message, MessageFile, Service, Ticket, TicketType
from sira.tickets.opening import Asked, open_ticket
from sira.workspace.models import Macro, SavedView
from tests.security.vectors import all_vectors

VECTORS = [vector.replace("\0", "") for vector in all_vectors(sys.argv[-1])]
CLOSERS = "</textarea></style></script></title></template></noscript></select></object></svg></math>-->"
at, desk = timezone.now(), automation()


def packed(limit):
    """All of them that fit, as many in each text as it may hold."""
    found, text = [], ""
    for vector in VECTORS:
        if len(text) + len(vector) > limit:
            found.append(text)
            text = ""
        text = (text + vector)[:limit]
    return [*found, text]


def many(limit, count):
    """That many texts out of those, from the whole range."""
    texts = packed(limit)
    return [texts[number * len(texts) // count] for number in range(count)]


names = iter(many(200, 80))
transaction.set_autocommit(False)  # all of it or nothing
home = Organisation.objects.create(name=next(names))
group = SupportGroup.objects.get(key="it")
SupportGroup.objects.filter(pk=group.pk).update(name=many(120, 3)[0], signature="\n".join(VECTORS))
people = {}
for key, role in (("mallory", "requester"), ("ada", "administrator")):
    people[key] = persons.create_person(name="x", email=f"{key}@desk.example", role=role, by=desk, at=at)
    people[key].set_password("only-for-browser-tests")
    people[key].save(update_fields=["password"])
for person in Person.objects.exclude(role="system"):
    Person.objects.filter(pk=person.pk).update(
        name=next(names), organisation=home, title=many(120, 5)[2], place=many(120, 5)[3], signature=many(900, 3)[1]
    )
for number in range(8):
    persons.create_person(name=next(names), email=f"p{number}@desk.example", by=desk, at=at, organisation=home)
Category.objects.update(name=many(80, 3)[1])
Service.objects.update(name=many(80, 3)[2])
TicketType.objects.filter(key="service_request").update(name=many(60, 3)[1])

mallory, ada = Person.objects.get(email="mallory@desk.example"), Person.objects.get(email="ada@desk.example")
asked = Asked(
    type=TicketType.objects.get(key="incident"), subject="x", said=Said(text="x"), requester=mallory, channel="mail",
    category=Category.objects.first(), group=group,
)  # fmt: skip
ticket, first = open_ticket(asked, by=mallory, at=at)
everything = "\n".join(VECTORS)
Ticket.objects.filter(pk=ticket.pk).update(
    subject="".join(VECTORS), tags=many(40, 12), fields={f"field_{n}": text for n, text in enumerate(packed(2000))}
)
Message.objects.filter(pk=first.pk).update(text=everything, full_text=f"{everything}\n> {everything}", html=everything)
# As if there were no sanitiser: in small groups, since one that is never closed would hide all behind it.
Message.objects.bulk_create(
    Message(
        ticket=ticket, author=mallory, channel="mail", sent_at=at, text=f"Group {start}",
        html=CLOSERS.join(VECTORS[start : start + 15]), trouble=VECTORS[start][:200], message_id=VECTORS[start],
        recipients={"to": VECTORS[start : start + 5], "cc": []},
    )
    for start in range(0, len(VECTORS), 15)
)  # fmt: skip
MessageFile.objects.bulk_create(
    MessageFile(message=first, name=name, content_type=name[:120], size=1, digest=bytes(32)) for name in packed(255)
)
article = writing.begin(writing.Wording(many(200, 3)[1], everything, many(300, 3)[2]), language="en", by=ada, at=at)
writing.publish(article, language="en", by=ada, at=at)
type(article).objects.filter(pk=article.pk).update(audience="public")
Macro.objects.create(name=many(80, 3)[0], text=everything, changed_by=ada, changed_at=at)
SavedView.objects.create(owner=ada, name=many(80, 3)[2], scope="groups", filters={})


def drawn(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def in_xml(text):
    return drawn("".join(sign for sign in text if sign >= " "))


FLOW = 'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
labels = [in_xml(text) for text in packed(200)]
tasks = "".join(f'<bpmn:task id="t{n}" name="{text}"/>' for n, text in enumerate(labels))
process = f'<bpmn:process id="vectors" name="{labels[0]}" isExecutable="true">'
process += f'<bpmn:startEvent id="s" name="{labels[1]}"/>{tasks}</bpmn:process>'
source = f'<bpmn:definitions {FLOW} id="d" targetNamespace="x">{process}</bpmn:definitions>'
version = versions.draft(source, key="vectors", at=at)
form = FormVersion.objects.order_by("pk").first()
schema = {"type": "default", "components": [{"type": "text", "text": everything, "id": "a"}]}
schema["components"] += [
    {"type": "textfield", "key": f"f{n}", "id": f"f{n}", "label": text, "description": text}
    for n, text in enumerate(packed(2000))
]
FormVersion.objects.filter(pk=form.pk).update(schema=schema)
transaction.commit()
sys.stdout.write(f"{ticket.number} {mallory.pk} {article.pk} {version.version} {form.key}")
