"""A mail client's conversation with the desk through a real Postfix and a real Dovecot."""

import email
import email.policy
import email.utils
import smtplib
import time

import pytest


def a_mail(sender, to, subject, text, **fields):
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = email.utils.make_msgid(domain="client.test")
    mail["Date"] = email.utils.localtime()
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def answer_to(mail, sender, text):
    """As a mail client answers: to Reply-To, with In-Reply-To, References and the quoted text."""
    quoted = "".join(f"> {line}\n" for line in plain(mail).splitlines())
    references = f"{mail['References'] or ''} {mail['Message-ID']}".strip()
    return a_mail(
        sender,
        mail["Reply-To"] or mail["From"],
        f"Re: {mail['Subject']}",
        f"{text}\n\nOn Monday the desk wrote:\n{quoted}",
        In_Reply_To=mail["Message-ID"],
        References=references,
    )


def plain(mail):
    return mail.get_body(("plain",)).get_content()


class Client:
    """A person with a mailbox on client.test."""

    def __init__(self, servers, name):
        self.servers, self.name, self.address = servers, name, f"{name}@client.test"
        self.seen = len(servers.read(name, at_least=0))

    def send(self, mail, to=None):
        to = to or email.utils.parseaddr(mail["To"])[1]
        self.servers.send(mail.as_bytes(policy=email.policy.SMTP), sender=self.address, to=to)
        return mail

    def next(self, what=lambda mail: True):
        """The next mail that is of this sort."""
        until = time.monotonic() + 120
        while True:
            raw = self.servers.read(self.name, at_least=0)[self.seen :]
            mails = [email.message_from_bytes(one, policy=email.policy.default) for one in raw]
            for index, mail in enumerate(mails):
                if what(mail):
                    self.seen += index + 1
                    return mail
            assert time.monotonic() < until, [mail["Subject"] for mail in mails] + [self.servers.log()]
            time.sleep(0.3)


@pytest.mark.parametrize("domain", ["desk.test", "pipe.desk.test"])
def test_a_conversation_of_two_mail_clients(servers, desk, domain):
    name = "hannah" if domain == "desk.test" else "omar"
    asker, agent = Client(servers, name), Client(servers, "ayse")
    asked = asker.send(a_mail(f"{name.title()} B <{asker.address}>", f"help@{domain}", "VPN çöktü", "It drops."))

    acknowledgement = asker.next()
    number = acknowledgement["Subject"].split("]")[0].strip("[")
    assert acknowledgement["In-Reply-To"] == asked["Message-ID"]
    assert asked["Message-ID"] in acknowledgement["References"]
    assert acknowledgement["Auto-Submitted"] == "auto-replied"
    assert acknowledgement["Return-Path"] == "<>"
    assert acknowledgement["Reply-To"].addresses[0].addr_spec.lower().startswith(f"help+{number.lower()}.")
    assert number in plain(acknowledgement)
    assert "http" in plain(acknowledgement)

    told_agent = agent.next(lambda mail: number in mail["Subject"])
    agent.send(answer_to(told_agent, f"Ayşe <{agent.address}>", "Please restart it. Ünlü çözüm."))
    answer = asker.next(lambda mail: "restart" in plain(mail))
    assert answer["Auto-Submitted"] is None
    assert "Ayşe Demir" in answer["From"]
    assert answer["In-Reply-To"] == asked["Message-ID"]
    assert "Your IT" in plain(answer)
    assert "Ünlü çözüm." in answer.get_body(("html",)).get_content()

    asker.send(answer_to(answer, f"{name.title()} <{asker.address}>", "It still drops."))
    last = number, "It still drops."
    told = desk.told(lambda told: last in [(one["ticket__number"], one["text"]) for one in told["messages"]])
    ours = [one for one in told["messages"] if one["ticket__number"] == number]
    assert [(one["from_desk"], one["text"]) for one in ours] == [
        (False, "It drops."),
        (True, "Please restart it. Ünlü çözüm."),
        (False, "It still drops."),
    ]
    assert "It still drops." in plain(agent.next(lambda mail: "still" in plain(mail)))


def test_a_bounce_comes_back_marks_the_mail_and_tells_the_agent(servers, desk):
    agent = Client(servers, "ayse")
    gone = a_mail("Gone <gone@client.test>", "help@desk.test", "Badge lost", "Please block it.")
    servers.send(gone.as_bytes(policy=email.policy.SMTP), sender="gone@client.test", to="help@desk.test")
    told_agent = agent.next(lambda mail: "Badge lost" in mail["Subject"])
    agent.send(answer_to(told_agent, f"Ayşe <{agent.address}>", "It is blocked."))
    refused = agent.next(lambda mail: "Not delivered" in mail["Subject"])
    assert "gone@client.test" in plain(refused)
    told = desk.told(lambda told: any(one["state"] == "refused" for one in told["mails"]))
    mail = next(one for one in told["mails"] if one["state"] == "refused")
    assert (mail["kind"], mail["to"]) == ("answer", "gone@client.test")
    assert mail["answer"].startswith("5.1.1")
    entry = next(one for one in told["history"] if one["fact__kind"] == "delivery")
    assert entry["fact__facts"]["refused"] == ["gone@client.test"]


def test_mail_to_a_groups_own_address_goes_to_that_group(servers, desk):
    asker = Client(servers, "spare")
    asker.send(a_mail(asker.address, "hr@desk.test", "My contract", "Where is it?"))
    told = desk.told(lambda told: any(one["subject"] == "My contract" for one in told["tickets"]))
    ticket = next(one for one in told["tickets"] if one["subject"] == "My contract")
    assert (ticket["group__key"], ticket["agent__email"]) == ("hr", None)
    assert "hr@desk.test" in asker.next()["From"]


def test_mail_for_several_recipients_is_answered_for_each_and_is_one_ticket(servers, desk):
    asker = Client(servers, "jonas")
    mail = a_mail(asker.address, "help@desk.test, hr@desk.test", "For both", "Hello both.")
    with smtplib.SMTP("127.0.0.1", servers.port) as smtp:
        smtp.sendmail(asker.address, ["help@desk.test", "hr@desk.test"], mail.as_bytes(policy=email.policy.SMTP))
    asker.next()
    told = desk.told(lambda told: any(one["subject"] == "For both" for one in told["tickets"]))
    assert sum(one["subject"] == "For both" for one in told["tickets"]) == 1


def test_an_out_of_office_answer_is_kept_and_not_answered(servers, desk):
    asker = Client(servers, "box")
    asker.send(a_mail(asker.address, "help@desk.test", "Printer", "No toner."))
    acknowledgement = asker.next()
    away = answer_to(acknowledgement, asker.address, "I am away until Monday.")
    away["Auto-Submitted"] = "auto-replied"
    asker.send(away)
    told = desk.told(lambda told: any("away until" in one["text"] for one in told["messages"]))
    kept = next(one for one in told["messages"] if "away until" in one["text"])
    assert kept["is_automatic"]
    assert sum(one["subject"] == "Printer" for one in told["tickets"]) == 1
    assert sum(one["to"] == asker.address for one in told["mails"]) == 1
