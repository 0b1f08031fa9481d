"""Approvals on a desk: who is asked, who decides for whom, what ends them, and what becomes of the ticket."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.plumbing.violations import violated
from sira.processes import helping
from sira.processes.models import Incident, Instance, Task
from sira.processes.tasks import deadlines, keeping
from sira.processes.tasks.models import Approval, Ballot
from sira.processes.tasks.refusals import (
    AlreadySaid,
    CannotPassOn,
    NeedsComment,
    NotAColleague,
    NotYours,
    OwnRequest,
    SaidOnce,
)
from sira.processes.tests.drawing import border, error, event, service, timer
from sira.tickets import approvals, finishing, lifecycle
from sira.tickets.refusals import NotReady
from sira.tickets.tests.cast import a_group, monday
from sira.tickets.tests.office import (
    Office,
    approval_of,
    approve,
    asked,
    headers,
    now,
    purchase,
    story,
    stuck,
    variables,
)
from sira.workforce.absences import record_absence

MANAGER = "=requester.manager"


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def away(office: Office, person: Person, stand_in: Person | None, *, since=None) -> None:
    record_absence(
        person, "leave", starts_at=since or monday(8), ends_at=None, stand_in=stand_in, by=office.ada, at=monday(7)
    )


def mails(kind: str, ticket: object = None) -> list[str]:
    return list(OutgoingMail.objects.filter(kind=kind).order_by("id").values_list("to", flat=True))


# Who is asked


def test_the_requesters_manager_decides_and_the_request_goes_on(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)))
    assert asked(ticket) == ["Marta"] and now(ticket).status == "open"
    office.says(office.marta, ticket, True, comment="Take the light one.")
    assert (now(ticket).status, now(ticket).resolution) == ("closed", "It has been ordered.")
    found = variables(ticket)
    assert found["approved"] is True and found["decided_by"] == ["Marta Manager"]
    assert found["comments"] == ["Take the light one."] and found["reason"] == "votes"


def test_a_no_takes_the_other_way(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)))
    office.says(office.marta, ticket, False)
    assert now(ticket).resolution == "It was not approved." and variables(ticket)["decision"] == "rejected"


def test_all_of_a_group_are_asked_and_all_have_to_agree(office: Office):
    ticket = office.asks(purchase(approve(groups="board")))
    assert asked(ticket) == ["Bora", "Cem", "Deniz"]
    office.says(office.bora, ticket, True)
    office.says(office.cem, ticket, True)
    assert now(ticket).status == "open"
    office.says(office.deniz, ticket, True)
    assert now(ticket).resolution == "It has been ordered."


def test_two_of_three_are_enough_and_the_third_hears_that_their_word_is_not_needed(office: Office):
    ticket = office.asks(purchase(approve(groups="board", rule="2 of 3")))
    office.says(office.bora, ticket, True)
    office.says(office.cem, ticket, True)
    assert now(ticket).status == "closed"
    assert Ballot.objects.get(approver=office.deniz).state == "withdrawn"
    assert mails("approval_over") == ["deniz@desk.example"]
    with pytest.raises(AlreadySaid):
        office.says(office.deniz, ticket, False)


def test_more_than_half_decide(office: Office):
    ticket = office.asks(purchase(approve(groups="board", rule="majority")))
    office.says(office.bora, ticket, False)
    office.says(office.cem, ticket, False)
    assert variables(ticket)["approved"] is False


def test_one_of_many_is_enough(office: Office):
    ticket = office.asks(purchase(approve(groups="board", rule="one")))
    office.says(office.cem, ticket, True)
    assert variables(ticket)["approved"] is True


def test_a_veto_ends_it_though_others_agree(office: Office):
    ticket = office.asks(purchase(approve(groups="board", rule="2", veto="yes")))
    office.says(office.bora, ticket, True)
    office.says(office.cem, ticket, False)
    assert variables(ticket)["reason"] == "veto" and "rejected by a veto" in story(ticket)[-1]


def test_who_has_the_veto_is_waited_for(office: Office):
    ticket = office.asks(purchase(approve(groups="board", rule="2", veto=f"={office.deniz.pk}")))
    office.says(office.bora, ticket, True)
    office.says(office.cem, ticket, True)
    assert now(ticket).status == "open"
    office.says(office.deniz, ticket, False)
    assert variables(ticket)["reason"] == "veto"


def test_steps_follow_each_other_with_a_rule_each(office: Office):
    block = approve("=[[requester.manager], [&quot;board&quot;]]", rule="all, 2")
    ticket = office.asks(purchase(block))
    assert asked(ticket) == ["Marta"]
    office.says(office.marta, ticket, True)
    assert asked(ticket) == ["Bora", "Cem", "Deniz"] and now(ticket).status == "open"
    office.says(office.bora, ticket, True)
    office.says(office.deniz, ticket, True)
    assert now(ticket).status == "closed"


def test_a_step_that_refuses_spares_the_next(office: Office):
    ticket = office.asks(purchase(approve("=[[requester.manager], [&quot;board&quot;]]", rule="all, 2")))
    office.says(office.marta, ticket, False)
    assert variables(ticket)["approved"] is False and Ballot.objects.count() == 1


def test_one_after_the_other_asks_the_next_only_then(office: Office):
    ticket = office.asks(purchase(approve(groups="board", order="one by one")))
    assert asked(ticket) == ["Bora"] and mails("approve") == ["bora@desk.example"]
    with pytest.raises(AlreadySaid):
        approvals.decide(Ballot.objects.get(approver=office.cem), approved=True, by=office.cem, at=monday(10))
    office.says(office.bora, ticket, True)
    assert asked(ticket) == ["Cem"]


# Nobody, and oneself


def test_nobody_found_is_an_incident_and_never_a_silent_yes(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)), requester=office.hannah)
    assert stuck(ticket) == ["nobody_to_approve"] and now(ticket).status == "open"
    assert not Task.objects.filter(subject=ticket.pk, state="open").exists()


def test_an_operator_who_names_a_manager_lets_it_go_on(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)), requester=office.hannah)
    office.hannah.manager = office.helga
    office.hannah.save()
    incident = Incident.objects.get(instance__subject=ticket.pk)
    helping.retry(incident, by=office.ada, at=monday(11))
    assert asked(ticket) == ["Helga"] and stuck(ticket) == []


def test_a_drawn_error_catches_that_nobody_was_found(office: Office):
    caught = border("none", "approve", event("error", "nobody_to_approve"))
    source = purchase(
        approve(MANAGER), caught, service("tell", "sira:close", extension=headers(text="Nobody could decide.")),
        ways="; none > tell > end", declare=error("nobody_to_approve"),
    )  # fmt: skip
    ticket = office.asks(source, requester=office.hannah)
    assert now(ticket).resolution == "Nobody could decide."


def test_where_nobody_is_found_the_group_to_fall_back_on_is_asked_and_the_history_says_so(office: Office):
    ticket = office.asks(purchase(approve(MANAGER, fallback="money")), requester=office.hannah)
    assert asked(ticket) == ["Eva"] and "nobody else was found, so Eva Euro is asked" in story(ticket)[0]


def test_too_few_for_the_quorum_is_an_incident(office: Office):
    assert stuck(office.asks(purchase(approve(groups="money", rule="2 of 3")))) == ["too_few_approvers"]


def test_nobody_decides_about_their_own_request(office: Office):
    ticket = office.asks(purchase(approve(groups="board", rule="1")), requester=office.bora)
    assert asked(ticket) == ["Cem", "Deniz"]
    with pytest.raises(OwnRequest):
        approvals.decide(Ballot.objects.get(approver=office.cem), approved=True, by=office.bora, at=monday(10))


def test_only_oneself_is_nobody(office: Office):
    assert stuck(office.asks(purchase(approve("=requester.id")))) == ["nobody_to_approve"]


def test_where_the_drawing_says_so_one_may_decide_about_ones_own(office: Office):
    ticket = office.asks(purchase(approve("=requester.id", own="yes")))
    office.says(office.tom, ticket, True)
    assert now(ticket).status == "closed"


def test_a_stranger_cannot_decide(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)))
    with pytest.raises(NotYours):
        approvals.decide(office.ballot(office.marta, ticket), approved=True, by=office.eva, at=monday(10))


def test_an_administrator_cannot_decide_for_somebody_either(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)))
    with pytest.raises(NotYours):
        approvals.decide(office.ballot(office.marta, ticket), approved=True, by=office.ada, at=monday(10))


def test_a_second_word_of_the_same_person_is_refused(office: Office):
    ticket = office.asks(purchase(approve(groups="board")))
    office.says(office.bora, ticket, True)
    with pytest.raises(AlreadySaid):
        office.says(office.bora, ticket, False)


def test_a_comment_may_be_needed_for_a_no(office: Office):
    ticket = office.asks(purchase(approve(MANAGER, comment="rejecting")))
    with pytest.raises(NeedsComment):
        office.says(office.marta, ticket, False, comment="  ")
    office.says(office.marta, ticket, False, comment="Too dear.")
    assert "Too dear." in story(ticket)[-2]


# Absence, passing on, leaving


def test_a_stand_in_is_told_and_shown_as_the_one_who_decided(office: Office):
    away(office, office.marta, office.eva)
    ticket = office.asks(purchase(approve(MANAGER)))
    assert mails("approve") == ["marta@desk.example", "eva@desk.example"]
    assert "Marta Manager is away, Eva Euro may decide for them" in story(ticket)[0]
    ballot = office.says(office.eva, ticket, True)
    assert (ballot.approver, ballot.decided_by) == (office.marta, office.eva)
    assert "Eva Euro: Approve: approved for Marta Manager" in story(ticket)[1]


def test_a_stand_in_who_is_away_has_one_in_turn(office: Office):
    away(office, office.marta, office.eva)
    away(office, office.eva, office.helga)
    ticket = office.asks(purchase(approve(MANAGER)))
    assert office.ballot(office.marta, ticket).stand_in == office.helga


def test_stand_ins_in_a_circle_leave_the_approver_alone(office: Office):
    away(office, office.marta, office.eva)
    away(office, office.eva, office.marta)
    ticket = office.asks(purchase(approve(MANAGER)))
    assert office.ballot(office.marta, ticket).stand_in is None


def test_the_requester_does_not_stand_in_for_who_decides_about_them(office: Office):
    away(office, office.marta, office.tom)
    ticket = office.asks(purchase(approve(MANAGER)))
    assert office.ballot(office.marta, ticket).stand_in is None
    with pytest.raises(OwnRequest):
        approvals.decide(office.ballot(office.marta, ticket), approved=True, by=office.tom, at=monday(10))


def test_who_has_a_say_of_their_own_does_not_speak_for_another_too(office: Office):
    away(office, office.bora, office.cem)
    ticket = office.asks(purchase(approve(groups="board", rule="2")))
    assert Ballot.objects.get(approver=office.bora).stand_in is None
    office.says(office.cem, ticket, True)
    with pytest.raises((SaidOnce, NotYours)):
        approvals.decide(Ballot.objects.get(approver=office.bora), approved=True, by=office.cem, at=monday(11))


def test_one_person_speaks_for_one_who_is_away_and_not_for_two(office: Office):
    for person in (office.bora, office.cem):
        away(office, person, office.eva)
    ticket = office.asks(purchase(approve(groups="board", rule="2")))
    ballots = Ballot.objects.filter(approver__in=[office.bora, office.cem])
    assert sorted(one.stand_in == office.eva for one in ballots) == [False, True]
    office.says(office.eva, ticket, True)
    with pytest.raises((SaidOnce, NotYours)):
        approvals.decide(ballots.get(stand_in=None), approved=True, by=office.eva, at=monday(11))


def test_who_has_left_stands_in_for_nobody(office: Office):
    away(office, office.marta, office.eva)
    Person.objects.filter(pk=office.eva.pk).update(is_active=False)
    ticket = office.asks(purchase(approve(MANAGER)))
    assert office.ballot(office.marta, ticket).stand_in is None


def test_who_goes_away_after_being_asked_has_a_stand_in_from_then_on(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)))
    away(office, office.marta, office.eva, since=monday(9, 30))
    office.says(office.eva, ticket, True)
    assert now(ticket).status == "closed"


def test_it_is_passed_on_from_one_to_the_next_and_the_way_stays(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)))
    approvals.pass_on(office.ballot(office.marta, ticket), to=office.eva, by=office.marta, at=monday(10))
    approvals.pass_on(office.ballot(office.eva, ticket), to=office.helga, by=office.eva, at=monday(11))
    ballot = office.says(office.helga, ticket, True, at=monday(12))
    chain = [ballot.approver, ballot.passed_from.approver, ballot.passed_from.passed_from.approver]
    assert chain == [office.helga, office.eva, office.marta]
    assert any("Marta Manager passed it on to Eva Euro" in line for line in story(ticket))
    with pytest.raises(AlreadySaid):
        office.says(office.marta, ticket, False)


def test_it_goes_neither_back_in_a_circle_nor_to_the_requester_nor_to_a_stranger(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)))
    approvals.pass_on(office.ballot(office.marta, ticket), to=office.eva, by=office.marta, at=monday(10))
    for to in (office.marta, office.tom, office.hannah):
        with pytest.raises(NotAColleague):
            approvals.pass_on(office.ballot(office.eva, ticket), to=to, by=office.eva, at=monday(11))


def test_a_drawing_may_forbid_passing_on(office: Office):
    ticket = office.asks(purchase(approve(MANAGER, delegate="no")))
    with pytest.raises(CannotPassOn):
        approvals.pass_on(office.ballot(office.marta, ticket), to=office.eva, by=office.marta, at=monday(10))


def test_for_who_leaves_their_manager_is_asked(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)))
    Person.objects.filter(pk=office.marta.pk).update(is_active=False)
    assert deadlines.replace_leavers(monday(12)) == 1
    assert asked(ticket) == ["Helga"] and "Marta Manager is not here any more" in story(ticket)[1]


def test_for_who_leaves_without_anybody_above_it_becomes_an_incident(office: Office):
    ticket = office.asks(purchase(approve(f"={office.eva.pk}")))
    Person.objects.filter(pk=office.eva.pk).update(is_active=False)
    deadlines.replace_leavers(monday(12))
    assert stuck(ticket) == ["nobody_to_approve"]
    assert approval_of(ticket).state == "withdrawn" and now(ticket).status == "open"


def leaves(person: Person, *, at=None) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)
    deadlines.replace_leavers(at or monday(12))


@pytest.mark.parametrize("rule", ["2 of 3", "2", "majority"])
def test_a_vote_goes_on_without_who_leaves_where_the_others_can_decide(office: Office, rule: str):
    ticket = office.asks(purchase(approve(groups="board", rule=rule)))
    leaves(office.cem)
    assert stuck(ticket) == [] and asked(ticket) == ["Bora", "Deniz"]
    told = story(ticket)[-1]
    assert "Cem decides no more" in told and "2 are left; 2 of them have to agree" in told
    office.says(office.bora, ticket, True, at=monday(13))
    assert now(ticket).status == "open"
    office.says(office.deniz, ticket, True, at=monday(13))
    assert variables(ticket)["approved"] is True and variables(ticket)["decided_by"] == ["Bora", "Deniz"]
    assert Ballot.objects.get(approver=office.cem).state == "gone"


def test_who_leaves_last_ends_a_vote_that_the_others_have_decided(office: Office):
    eva_too = f"=[{office.bora.pk}, {office.cem.pk}, {office.deniz.pk}, {office.eva.pk}]"
    ticket = office.asks(purchase(approve(eva_too, rule="majority")))
    office.says(office.bora, ticket, True)
    office.says(office.cem, ticket, True)
    assert now(ticket).status == "open"
    leaves(office.eva)
    assert variables(ticket)["decided_by"] == ["Bora", "Cem"] and now(ticket).resolution == "It has been ordered."


@pytest.mark.parametrize("rule", ["2 of 3", "majority"])
def test_where_the_others_can_agree_no_more_an_operator_is_told_what_to_do(office: Office, rule: str):
    ticket = office.asks(purchase(approve(groups="board", rule=rule)))
    office.says(office.bora, ticket, False)
    leaves(office.cem)
    assert stuck(ticket) == ["too_few_left"] and now(ticket).status == "open"
    told = Incident.objects.get(instance__subject=ticket.pk).message
    assert "Cem decides no more" in told and "2 have to agree, and only 1 still could" in told and "group" in told


def test_in_turn_the_next_is_asked_when_the_one_who_is_asked_leaves(office: Office):
    ticket = office.asks(purchase(approve(groups="board", rule="2 of 3", order="one by one")))
    assert asked(ticket) == ["Bora"]
    leaves(office.bora)
    assert asked(ticket) == ["Cem"]


def test_where_all_have_to_agree_or_a_veto_goes_nobody_speaks_for_who_left(office: Office):
    every = office.asks(purchase(approve(groups="board", rule="all")))
    vetoing = office.asks(purchase(approve(groups="board", rule="majority", veto=f"={office.cem.pk}")))
    leaves(office.cem)
    assert stuck(every) == stuck(vetoing) == ["nobody_to_approve"]


# Time


def test_who_does_not_decide_is_reminded_every_working_day(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)), at=monday(9))
    assert approval_of(ticket).due_at == monday(9) + timedelta(days=3)
    assert deadlines.pump(monday(9) + timedelta(hours=23, minutes=59)) == 0
    assert deadlines.pump(monday(9) + timedelta(days=1)) == 1
    assert len(mails("approve")) == 2 and "is reminded" in story(ticket)[-1]


def test_at_the_deadline_the_manager_of_the_approver_is_asked(office: Office):
    ticket = office.asks(purchase(approve(MANAGER, until="PT2H", at_deadline="escalate", remind="no")), at=monday(9))
    assert deadlines.pump(monday(11)) == 1
    assert asked(ticket) == ["Helga"] and "did not decide in time, so it goes to Helga Head" in story(ticket)[-2]
    assert approval_of(ticket).due_at == monday(13)
    office.says(office.helga, ticket, True, at=monday(12))
    assert now(ticket).status == "closed"


def test_above_the_last_manager_nobody_is_asked_and_the_history_says_so(office: Office):
    block = approve(f"={office.helga.pk}", until="PT2H", at_deadline="escalate", remind="no")
    ticket = office.asks(purchase(block), at=monday(9))
    deadlines.pump(monday(11))
    assert asked(ticket) == ["Helga"] and any("has no manager" in line for line in story(ticket))


def test_at_the_deadline_it_may_be_rejected(office: Office):
    ticket = office.asks(purchase(approve(MANAGER, until="PT2H", at_deadline="reject")), at=monday(9))
    deadlines.pump(monday(11))
    assert variables(ticket)["reason"] == "deadline" and now(ticket).resolution == "It was not approved."
    assert "rejected, because the deadline passed" in story(ticket)[-1]


def test_a_deadline_with_a_stand_in_lets_the_stand_in_decide_in_time(office: Office):
    away(office, office.marta, office.eva)
    ticket = office.asks(purchase(approve(MANAGER, until="PT2H", at_deadline="reject")), at=monday(9))
    office.says(office.eva, ticket, True, at=monday(10))
    assert deadlines.pump(monday(11)) == 0 and now(ticket).resolution == "It has been ordered."


def test_a_timer_on_the_border_calls_the_approval_off(office: Office):
    late = border("late", "approve", timer("PT2H"))
    done = service("give_up", "sira:close", extension=headers(text="Nobody answered."))
    ticket = office.asks(purchase(approve(MANAGER), late, done, ways="; late > give_up > end"), at=monday(9))
    from sira.processes import timers  # noqa: PLC0415

    timers.fire_due_timers(monday(11))
    assert now(ticket).resolution == "Nobody answered." and approval_of(ticket).state == "withdrawn"


# The end of the ticket


def test_the_requester_takes_it_back_in_the_middle(office: Office):
    ticket = office.asks(purchase(approve(groups="board")))
    office.says(office.bora, ticket, True)
    lifecycle.withdraw(ticket, by=office.tom, at=monday(11))
    assert now(ticket).status == "closed" and approval_of(ticket).state == "withdrawn"
    assert mails("approval_over") == ["cem@desk.example", "deniz@desk.example"]
    assert Instance.objects.get(pk=now(ticket).instance_id).status == "cancelled"


def test_an_open_approval_stands_against_resolving_whoever_tries(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)))
    with pytest.raises(NotReady):
        lifecycle.resolve(ticket, by=office.ayse, resolution="Done.", at=monday(10))


def test_an_approval_cannot_be_ticked_off_as_a_task(office: Office):
    ticket = office.asks(purchase(approve(MANAGER)))
    task = Task.objects.get(subject=ticket.pk, kind="approve")
    with pytest.raises(finishing.DecidedByBallot):
        finishing.finish(task, by=office.ayse, outcome={"approved": True}, at=monday(10))
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Task.objects.filter(pk=task.pk).update(state="done", done_at=monday(10), done_by=office.ayse)
    assert violated(refused.value) == keeping.UNDECIDED


def test_plain_sql_can_neither_approve_for_nobody_nor_change_a_word(office: Office):
    ticket = office.asks(purchase(approve(groups="board")))
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Approval.objects.filter(subject=ticket.pk).update(state="approved", ended_at=monday(10))
    assert violated(refused.value) == keeping.BY_NOBODY
    ballot = office.says(office.bora, ticket, False) if False else office.says(office.bora, ticket, True)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(state="rejected")
    assert violated(refused.value) == keeping.SAID


def test_the_mail_says_what_is_needed_to_decide_in_the_readers_language(office: Office):
    office.marta.language = "pl"
    office.marta.save()
    ticket = office.asks(
        purchase(
            approve(MANAGER, text="May {requester.name} have it?", text__pl="Czy {requester.name} może to dostać?")
        ),
        fields={"price": 1200},
    )
    subject, text, _html = writing.texts(OutgoingMail.objects.get(kind="approve"), None)
    assert ticket.number in subject and "Czy Tom Whitfield może to dostać?" in text
    assert "It drops every few minutes." in text and "price: 1200" in text and "/decide/" in text


def test_publishing_says_that_nobody_can_approve_and_which_rule_is_none(office: Office):
    from sira.processes.versions import check  # noqa: PLC0415

    found = [str(finding) for finding in check(purchase(approve(rule="half", at_deadline="approve")))]
    assert len(found) == 3 and any("nobody is named who decides" in line for line in found)


def test_two_groups_with_the_same_member_ask_them_once(office: Office):
    a_group("more", office.eva, office.bora)
    ticket = office.asks(purchase(approve(groups="money, more")))
    assert asked(ticket) == ["Eva", "Bora"]


# One deadline, or one for each step


@pytest.mark.parametrize(("header", "due"), [({}, 11), ({"deadline": "each step"}, 12)])
def test_a_later_step_has_the_deadline_of_all_or_its_own(office: Office, header: dict[str, str], due: int):
    who = f"=[[requester.manager], [{office.bora.pk}]]"
    ticket = office.asks(purchase(approve(who, until="PT2H", **header)))
    office.says(office.marta, ticket, True, at=monday(10))
    assert approval_of(ticket).due_at == monday(due) == Task.objects.get(kind="approve").due_at


def test_two_people_named_in_one_text_are_both_asked(office: Office):
    ticket = office.asks(purchase(approve(f"{office.marta.email}, {office.eva.email.upper()};{office.marta.pk}")))
    assert asked(ticket) == ["Marta", "Eva"]
