"""What is sealed comes back with one of the desk's keys, unchanged, or not at all."""

import base64
import hashlib

import pytest
from cryptography.fernet import Fernet

from sira.plumbing.sealing import SIGN, NotOurs, seal, unseal

OLD, NEW, STRANGE = "old-key-" * 5, "new-key-" * 5, "another-" * 5


def test_what_is_sealed_is_read_by_the_key_and_after_a_change_of_it():
    sealed = seal("pässwörd", [OLD])
    assert sealed.startswith(SIGN) and unseal(sealed, [OLD]) == unseal(sealed, [NEW, OLD]) == "pässwörd"
    assert sealed != seal("pässwörd", [OLD]), "nobody sees that two are the same"
    with pytest.raises(NotOurs):
        unseal(sealed, [STRANGE])


def test_a_changed_bit_anywhere_is_seen():
    sealed = seal("secret", [OLD])
    raw = base64.urlsafe_b64decode(sealed.removeprefix(SIGN))
    for place in range(len(raw)):
        broken = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(NotOurs):
            unseal(SIGN + base64.urlsafe_b64encode(broken).decode(), [OLD])


@pytest.mark.parametrize("text", ["", SIGN, SIGN + "a", SIGN + "AAAA", "no seal", "gcm.é"])
def test_what_is_no_seal_is_not_ours(text):
    with pytest.raises(NotOurs):
        unseal(text, [OLD])


def test_what_an_earlier_version_sealed_is_read():
    key = base64.urlsafe_b64encode(hashlib.sha256(b"sira.sealing\0" + OLD.encode()).digest())
    assert unseal(Fernet(key).encrypt(b"kept").decode(), [NEW, OLD]) == "kept"
