"""The browsers that are told of notices, and the key by which their push services know the desk."""

import hashlib
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sira.notifications.encrypting import CURVE, decoded, encoded, point
from sira.notifications.models import PushDevice, PushKey
from sira.people.models import Person
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.refusals import Refused
from sira.plumbing.sealing import seal, unseal

MOST = 10  # of one person; the oldest gives way
LONGEST, LONGEST_KEY, LONGEST_SECRET = 1000, 100, 50  # characters


class NotADevice(Refused):
    code = "not_a_device"
    message = _("This browser gave no address at which it can be told. Try again, or use another browser.")


def desk_key() -> PushKey:
    """Made when the desk is set up, or when it is asked for first."""
    kept = PushKey.objects.first()
    if kept is None:
        made = ec.generate_private_key(CURVE)
        secret = seal(str(made.private_numbers().private_value), desk_secrets())
        kept, _new = PushKey.objects.get_or_create(defaults={"public": encoded(point(made)), "secret": secret}, id=1)
    return kept


def desk_number() -> int:
    """The private key.  Raises NotOurs, see sealing."""
    return int(unseal(desk_key().secret, desk_secrets()))


def add(person: Person, *, endpoint: str, key: str, secret: str, name: str, at: datetime) -> PushDevice:
    """A browser belongs to who is signed in there now.  Raises NotADevice."""
    if not _is_device(endpoint, key, secret):
        raise NotADevice
    values = {"person": person, "endpoint": endpoint, "key": key, "secret": secret, "name": name[:200], "made_at": at}
    device, _new = PushDevice.objects.update_or_create(digest=digest_of(endpoint), defaults=values)
    kept = of_person(person).values_list("pk", flat=True)[:MOST]
    PushDevice.objects.filter(person=person).exclude(pk__in=list(kept)).delete()
    return device


def _is_device(endpoint: str, key: str, secret: str) -> bool:
    """The keys are read past signs that are no base64, so what they are made of is looked at too."""
    texts = {endpoint: LONGEST, key: LONGEST_KEY, secret: LONGEST_SECRET}
    if not all(text.isascii() and text.isprintable() and len(text) <= most for text, most in texts.items()):
        return False
    try:
        has_host = urlsplit(endpoint).scheme in ("https", "http") and bool(urlsplit(endpoint).hostname)
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key))
        return has_host and len(decoded(secret)) == 16
    except ValueError:
        return False


def drop(person: Person, *, endpoint: str) -> None:
    """It is told nothing more."""
    PushDevice.objects.filter(person=person, digest=digest_of(endpoint)).delete()


def of_person(person: Person) -> "QuerySet[PushDevice]":
    return PushDevice.objects.filter(person=person).order_by("-made_at", "-pk")


def digest_of(endpoint: str) -> bytes:
    return hashlib.sha256(endpoint.encode(errors="replace")).digest()
