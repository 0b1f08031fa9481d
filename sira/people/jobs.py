"""What people's operations leave to be done in a moment."""

from datetime import datetime

from django.utils.timezone import now

from sira.people import letters, limits, shared_cache
from sira.people.personal import archive, forgetting
from sira.plumbing.jobs import RETRY, app, task


@task(name="people.send_sign_in_link", retry=RETRY)
def send_sign_in_link(address_id: int, goes_to: str, asked: str = "", since: str = "") -> None:
    """since: when an administrator invited; empty where a browser asked."""
    at = now()
    invited_at = datetime.fromisoformat(since) if since else at
    letters.send_sign_in_link(address_id, goes_to=goes_to, asked=asked, since=invited_at, at=at)


@task(name="people.tell_factor_is_gone", retry=RETRY)
def tell_factor_is_gone(person_id: int, by_id: int, at: str) -> None:
    letters.tell_factor_is_gone(person_id, by=by_id, at=datetime.fromisoformat(at))


@app.periodic(cron="23 3 * * *")
@task(name="people.forget_attempts")
def forget_attempts(timestamp: int) -> None:
    limits.forget(before=now() - limits.KEPT)
    shared_cache.forget()


@task(name="people.make_archive", retry=RETRY)
def make_archive(request: int) -> None:
    archive.make(request, at=now())


@task(name="people.forget", retry=RETRY)
def forget(request: int) -> None:
    forgetting.forget(request, at=now())


@app.periodic(cron="37 * * * *")
@task(name="people.drop_old_archives")
def drop_old_archives(timestamp: int) -> None:
    archive.drop_old(at=now())
