"""The words in which sending speaks: the server, the envelope, and what became of a message for one recipient."""

import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GIVES_UP = timedelta(days=5)  # RFC 5321 4.5.4.1
WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240, 360)]  # the last one again and again


class Outcome(StrEnum):
    """delivered: the next server has it and answers for it.  unknown: it may have it; never sent again by itself."""

    DELIVERED = "delivered"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    CONNECT = "connect"
    HELLO = "hello"
    STARTTLS = "starttls"
    SIGN_IN = "sign_in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    CONTENT = "content"
    ANSWER = "answer"


# What fails up to here is about the server or its settings, not about the message: worth telling an administrator.
OF_THE_SERVER = (Stage.CONNECT, Stage.HELLO, Stage.STARTTLS, Stage.SIGN_IN)


@dataclass(frozen=True)
class MailServer:
    """security: tls from the start, starttls, or none.  sign_in: password, or xoauth2 with the token as the password.

    patience: seconds for each answer.  last_patience: for the answer to the content, during which servers scan it.
    """

    host: str
    port: int = 587
    user: str = ""
    password: str = ""
    security: str = "starttls"
    sign_in: str = "password"
    hello_name: str = ""
    patience: float = 60
    last_patience: float = 300
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True)
class Envelope:
    """sender: where bounces go, empty for none.  message_id: comes back in them, where the server can."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str = ""


@dataclass(frozen=True)
class Fate:
    """What became of a message for one recipient, and the answer that says so (code 0: there was none)."""

    outcome: Outcome
    stage: Stage
    code: int = 0
    enhanced: str = ""
    text: str = ""

    @property
    def is_yes(self) -> bool:
        return self.outcome is Outcome.DELIVERED

    @property
    def is_fault_of_server(self) -> bool:
        return self.outcome is Outcome.TEMPORARY and self.stage in OF_THE_SERVER


def next_attempt(attempts: int, *, first: datetime, at: datetime) -> datetime | None:
    """When to try again after that many attempts (at least 1), or None when five days since the first have passed."""
    then = at + WAITS[min(attempts, len(WAITS)) - 1]
    return then if then - first <= GIVES_UP else None
