"""Every address, for every role and nobody, with their own things and with those of others."""

from tests.security import walking

AT_LEAST = 5000
REFUSED = {301, 302, 303, 400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 428, 429}


def test_no_route_lets_anybody_further_than_their_rights(world, doors):
    """Each call is undone.  What is asked: who may not come in is turned away and writes nothing; what somebody else
    owns is refused and stays as it is; and no answer has a word in it that its reader may not read."""
    amiss, count = [], 0
    for call in walking.calls(world):
        answer, written = walking.made(doors, call)
        count += 1
        status, person = answer.status_code, world.people.get(call.actor)
        enters, owns = walking.entered(call.route["right"], person), walking.owns(call)
        words = walking.read(answer)
        leaked = [word for word in world.forbidden_words(call.actor) if word in words]
        if leaked and not holds_link(call):
            amiss.append(f"{call} shows {leaked}")
        if status >= 500:
            amiss.append(f"{call} answers {status}")
        shape = call.by_api and status == 422  # what is sent is looked at before who sends it
        if not enters and (status not in REFUSED or (status in (409, 422) and not shape) or written):
            amiss.append(f"{call} is not turned away: {status}, {written} rows written")
        if enters and not owns and (written or (status not in REFUSED)):
            amiss.append(f"{call} reaches what is not theirs: {status}, {written} rows written")
    assert not amiss, "\n".join(amiss[:100])
    assert count >= AT_LEAST, count


def holds_link(call: walking.Call) -> bool:
    """The signed link is the right; the ticket it names is the holder's to read."""
    return call.route["right"] == "holder"
