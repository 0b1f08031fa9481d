from datetime import datetime

from tests.packs.conftest import Office

NORMAL = {
    "subject": "New firewall",
    "reason": "The old one is not supplied any more.",
    "kind": "normal",
    "systems": "Firewall",
    "users": "few",
    "downtime": "none",
    "way_back": "Plug the old one in again.",
}
FOR_THE_BOARD = NORMAL | {"users": "everybody", "downtime": "short"}
WINDOW = {
    "starts_at": datetime(2026, 12, 1, 20),
    "ends_at": datetime(2026, 12, 1, 22),
    "steps": "Take it out, put it in.",
    "way_back": "Plug the old one in again.",
    "effect": "Nothing.",
}
MEETING = {"meeting_at": datetime(2026, 11, 25, 10), "agenda": "The firewall"}


def a_change(office: Office, **answers: str):
    return office.begins("change", NORMAL | answers, form="change-request")


def carried_out(walk):
    """From the plan to the end without trouble."""
    walk.do("plan", **WINDOW).until("window").do("implement").do("test", "passed")
    return walk.do("review", as_planned="yes").do("document").ends()


def test_every_way_of_a_change_is_walked(office):
    office.has("change")
    carried_out(a_change(office, kind="standard"))

    peer = a_change(office).approve("peer_review")
    peer.do("plan", **WINDOW).until("window").do("implement", "failed").do("roll_back")
    later = WINDOW | {"starts_at": datetime(2026, 12, 5, 20), "ends_at": datetime(2026, 12, 5, 22)}
    peer.do("plan", **later).until("window").do("implement").do("test", "failed").do("roll_back")
    latest = WINDOW | {"starts_at": datetime(2026, 12, 9, 20), "ends_at": datetime(2026, 12, 9, 22)}
    carried_out(peer.do("plan", **latest).until("window").do("implement").do("test", "failed").do("roll_back"))

    revised = a_change(office).reject("peer_review", "Where is the way back?")
    revised.do("revise", go_on="yes", reason="As before.").reject("peer_review").do("revise", go_on="no").ends()
    assert revised.fresh().resolution == "Withdrawn by the requester after the peer review."

    board = a_change(office, **FOR_THE_BOARD).approve("peer_review")
    assert board.fresh().fields["risk"] == "high"
    carried_out(board.do("agenda", **MEETING).until("meeting").approve("board_vote"))

    refused = a_change(office, **FOR_THE_BOARD).approve("peer_review").do("agenda", **MEETING).until("meeting")
    refused.reject("board_vote").ends()

    small = a_change(office, **FOR_THE_BOARD).approve("peer_review").do("agenda", **MEETING)
    gone = office.board.memberships.first()
    gone.delete()
    small.until("meeting")
    assert small.waits_at() == ["agenda"]

    office.all_walked("change")


def test_the_board_needs_two_votes_of_three(office):
    office.has("change")
    walk = a_change(office, **FOR_THE_BOARD).approve("peer_review").do("agenda", **MEETING).until("meeting")
    assert walk.open_task("board_vote").approval.ballots.count() == 3
    walk.approve("board_vote")
    assert walk.waits_at() == ["plan"]


def test_silence_of_the_board_is_a_refusal(office):
    office.has("change")
    walk = a_change(office, **FOR_THE_BOARD).approve("peer_review").do("agenda", **MEETING).until("meeting")
    walk.later(days=5).ends()
