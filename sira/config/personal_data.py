"""What becomes of each table when a person is forgotten. A test asks that every column that names a person is here.

What is dropped or blanked goes first; the rest stays by the person's number alone, since figures and histories are made
of who asked, worked and decided, and when. Names and addresses are taken out of every table at the end.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q

from sira.api import forgetting as api
from sira.api.models import Token, Webhook
from sira.boards.models import Layout, Letter, LetterWish
from sira.channels.email.models import Mailbox
from sira.decisions.models import DecisionVersion
from sira.forms.models import FormVersion
from sira.intake import forgetting as intake
from sira.knowledge import writing as articles
from sira.knowledge.models import ArticleMark, ArticleVersion
from sira.notifications.models import OutgoingServer, PushDevice, Wish
from sira.people.directories.models import Directory, Identity
from sira.people.models import Address, GivenRole, Membership, SecondFactorWaiver, SignInLink, SupportGroup
from sira.people.models_personal import PersonalRequest
from sira.people.personal import holdings
from sira.people.personal.holdings import Holding
from sira.plumbing import sweeping
from sira.plumbing.models import AuditEntry
from sira.portal.models import Draft as PortalDraft
from sira.processes.models import ProcessVersion
from sira.routing.models import Dealt, Tally
from sira.surveys.models import Mark
from sira.tickets import forgetting, taking_out
from sira.tickets.models import Message, Participant, Ticket
from sira.workforce.models import Absence, CallSeat, Presence, Rota, Shift, SkillOfPerson, Worker
from sira.workspace import forgetting as workspace
from sira.workspace.models import Draft, Looking, OpenTab, SavedView

DROPPED = (
    (SignInLink, "address__person"), (EmailAddress, "user"), (Authenticator, "user"), (UserSession, "user"),
    (SecondFactorWaiver, "person"), (Token, "person"), (Membership, "person"), (GivenRole, "person"),
    (Participant, "person"), (PortalDraft, "person"), (Draft, "owner"), (SavedView, "owner"), (OpenTab, "person"),
    (Looking, "person"), (Identity, "person"), (PushDevice, "person"), (Wish, "person"), (Layout, "person"),
    (LetterWish, "person"), (Letter, "person"), (ArticleMark, "person"),
    (Worker, "person"), (Presence, "person"), (SkillOfPerson, "person"), (CallSeat, "person"), (Address, "person"),
)  # fmt: skip
BLANKED = (
    (Mark, "person", {"comment": ""}), (Absence, "person", {"note": ""}), (Shift, "person", {"note": ""}),
    (PersonalRequest, "person", {"digest": None}),
)  # fmt: skip
# Rows that are about the person. By other columns rows are about others, and an archive has their numbers and times.
TOLD_WHOLE = (
    (Address, "person"), (EmailAddress, "user"), (Authenticator, "user"), (UserSession, "user"), (Identity, "person"),
    (SecondFactorWaiver, "person"), (Token, "person"), (PushDevice, "person"), (Membership, "person"),
    (GivenRole, "person"), (PersonalRequest, "person"), (Participant, "person"), (Ticket, "requester"),
    (PortalDraft, "person"), (SavedView, "owner"), (OpenTab, "person"), (Looking, "person"), (Wish, "person"),
    (Layout, "person"), (LetterWish, "person"), (Letter, "person"), (ArticleMark, "person"), (Mark, "person"),
    (Worker, "person"), (Presence, "person"), (SkillOfPerson, "person"), (CallSeat, "person"), (Absence, "person"),
    (Shift, "person"), (Rota, "person"), (Tally, "person"), (Dealt, "person"),
)  # fmt: skip
# What administrators write stays as it is: published versions never change, and a mailbox must go on.
SET_UP = (
    ProcessVersion, DecisionVersion, FormVersion, Mailbox, OutgoingServer, SupportGroup, Webhook, Directory,
    AuditEntry,
)  # fmt: skip


def connect() -> None:
    holdings.keeps(*(Holding(model, path, drop=True) for model, path in DROPPED))
    holdings.keeps(*(Holding(model, path, blank=blank) for model, path, blank in BLANKED))
    for model, column in TOLD_WHOLE:
        holdings.told_whole(model, column)
    holdings.told_whole(Message, "author", Q(from_desk=False))
    holdings.leave_alone(*SET_UP)
    holdings.searched_by(Message, forgetting.words_of)
    holdings.searched_by(ArticleVersion, articles.words_of)
    holdings.count_open_by(forgetting.open_of)
    holdings.forget_with(forgetting.no_mail_to)
    holdings.forget_with(forgetting.of_persons)
    holdings.also_in_archive(taking_out.told)
    holdings.also_in_archive(intake.told)
    forgetting.also(intake.forget)
    forgetting.also(api.forget)
    forgetting.also(workspace.forget_texts)
    sweeping.named_by(PersonalRequest, "digest")
