"""The processes of a desk and what is done before they start; imported once Django's settings are read."""

import contextlib
import gc
import socket
import time
from importlib import import_module
from types import ModuleType

from django.conf import settings
from django.db import connections
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import timezone

from sira.config import first, migrating, packs, web
from sira.config.backing import slot
from sira.config.supervisor import Child, say
from sira.people.automation import AUTOMATION_ID, UNKNOWN_ID
from sira.people.models import Person
from sira.plumbing import desk_account
from sira.shell import assets

WEB_PROCESSES = 2


def fill(*, empty: bool) -> None:
    """Bring the tables up to date; give the desk its packs, and a new one the sample organisation unless `empty`."""
    if migrating.bring_up_to_date():
        say("Tables: brought up to date.")
    if settings.SIRA_ARCHIVE is None:
        slot.let_go()
    for name, loaded in packs.load_all(at=timezone.now()).items():
        say(f"Packs: {name}, {len(loaded)} parts.")
    if not is_new():
        return
    gc.enable()  # `up` starts without it; three hundred tickets leave half a gigabyte behind
    if empty:
        address, password = first.begin(at=timezone.now())
        say(f"Sign in as {address} with the password {password} and change it in your profile; it is said only now.")
    else:
        say("Samples: filling the desk with a sample organisation ...")
        samples().main([])


def samples() -> ModuleType:
    """What makes them is not loaded into every process."""
    return import_module("sira.config.demo")


def is_new() -> bool:
    return not Person.objects.exclude(pk__in=[AUTOMATION_ID, UNKNOWN_ID]).exists()


def sign_ins() -> list[str]:
    """A line for each sample person to sign in as: role, address, password. None for a desk without samples."""
    known = set(Person.objects.values_list("email", flat=True))
    return [f"  {role:14} {email:32} {password}" for role, email, password in samples().SIGN_INS if email in known]


def greet(address: str, host: str, port: int) -> None:
    """Once the desk answers, say where it is and how to sign in. Run in a process of its own: it asks the database."""
    wait_for(host, port)
    say(f"Sira runs at {address}   (Ctrl-C ends it)")
    for line in sign_ins():
        say(line)


def wait_for(host: str, port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.02)


def web_children(host: str, port: int) -> list[Child]:
    def serve() -> None:
        desk_account.use()
        web.serve(host, port)

    return [Child(f"web {number}", serve) for number in range(1, WEB_PROCESSES + 1)]


def worker_child() -> Child:
    """It loads what it alone needs, while the first page is answered already."""

    def work() -> None:
        desk_account.use()
        import_module("sira.config.worker").work()

    return Child("worker", work)


def archive_children() -> list[Child]:
    """One where an archive is kept, else none."""
    folder = settings.SIRA_ARCHIVE
    if folder is None:
        return []
    return [Child("archive", lambda: import_module("sira.config.backing.following").follow(folder))]


def preload() -> None:
    """Load the addresses, the views and what every page has now, once for all processes, not at the first of each."""
    get_resolver()._populate()
    get_template("people/sign_in.html")
    for name in assets.MAKERS:
        assets.asset(name)
    connections.close_all()
