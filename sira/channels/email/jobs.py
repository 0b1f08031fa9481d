"""Work of mail that waits for no one."""

from django.utils import timezone

from sira.channels.email import rereading
from sira.channels.email.models import BrokenMail
from sira.plumbing.jobs import RETRY, task


@task(name="email.read_again", retry=RETRY)
def read_again(broken: int) -> None:
    try:
        rereading.read_again(broken, at=timezone.now())
    except BrokenMail.DoesNotExist:
        pass  # an administrator was quicker
