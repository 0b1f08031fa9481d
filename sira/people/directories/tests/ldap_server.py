"""Debian's slapd on loopback ports, with a configuration, a certificate and a tree of its own, and nothing else.

It takes a name without a password for somebody, as many directories in the field do, so the desk has to refuse it.
"""

import shutil
import signal
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BASE, PEOPLE = "dc=house,dc=example", "ou=people,dc=house,dc=example"
DESK, DESK_PASSWORD = f"cn=desk,{BASE}", "let me look"
PASSWORD = "open sesame"
SLAPD = Path("/usr/sbin/slapd")

CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl'
  EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID'
  EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'asInActiveDirectory' AUXILIARY MAY ( userAccountControl $ objectGUID ) )
pidfile {folder}/pid
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
allow bind_anon_dn
TLSCACertificateFile {folder}/authority.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
database mdb
maxsize 8388608
suffix "dc=house,dc=example"
rootdn "cn=root,dc=house,dc=example"
directory {folder}/data
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
"""
TREE = """
dn: dc=house,dc=example
objectClass: domain
dc: house

dn: ou=people,dc=house,dc=example
objectClass: organizationalUnit
ou: people

dn: cn=desk,dc=house,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: desk
userPassword: let me look

dn: ou=elsewhere,ou=people,dc=house,dc=example
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://127.0.0.1:{trap}/dc=house,dc=example
"""
PERSON = """
dn: uid={uid},ou=people,dc=house,dc=example
objectClass: inetOrgPerson
objectClass: asInActiveDirectory
uid: {uid}
cn: {name}
sn: {name}
userPassword: open sesame
"""
GROUP = """
dn: cn={name},dc=house,dc=example
objectClass: groupOfNames
cn: {name}
member: uid={uid},ou=people,dc=house,dc=example
"""


# Each group is in the next, and the last in the first.
ABOVE = (("house", "all"), ("all", "everywhere"), ("everywhere", "house"))


def person(uid: str, name: str, **more: str) -> str:
    return PERSON.format(uid=uid, name=name) + "".join(f"{one}: {value}\n" for one, value in more.items())


ENTRIES = (
    person("ola", "Ola Nowak", mail="ola@house.example", preferredLanguage="pl-PL", memberOf=f"cn=it-staff,{BASE}"),
    person("boss", "Boss", mail="boss@elsewhere.example"),
    person("one", "One of two", mail="twin@house.example"),
    person("two", "Two of two", mail="twin@house.example"),
    person("off", "Switched Off", userAccountControl="514"),
    person("on", "Switched On", userAccountControl="512", **{"objectGUID:": "AAECAwQFBgcICQoLDA0ODw=="}),
    person("nia", "Nia", memberOf=f"cn=house,{BASE}"),
    person("jane\\2B", "Jane, Plus").replace("uid: jane\\2B", "uid: jane+"),
    GROUP.format(name="it-staff", uid="ola"),
    *(f"{GROUP.format(name=name, uid='nobody')}memberOf: cn={above},{BASE}\n" for name, above in ABOVE),
)


class Slapd:
    """port: where it begins with StartTLS.  secure: where it speaks TLS at once.  trap: where nobody should call."""

    def __init__(self, folder: Path) -> None:
        if not SLAPD.exists():
            pytest.skip("not installed: slapd (bin/test installs it as root)")
        self.folder, self.trap = folder, socket.create_server(("127.0.0.1", 0))
        self.trap.setblocking(False)
        self.port, self.secure = free_port(), free_port()
        self.authority = with_certificates(folder)
        (folder / "data").mkdir()
        (folder / "conf").write_text(CONFIGURATION.format(folder=folder))
        # A copy: where a profile of AppArmor watches over Debian's, it may read nothing of ours.
        self.program = shutil.copy(SLAPD, folder / "slapd")
        tree = TREE.format(trap=self.trap.getsockname()[1]) + "".join(ENTRIES)
        call = [self.program, "-Ta", "-f", folder / "conf"]
        loaded = subprocess.run(call, input=tree, text=True, capture_output=True)
        assert loaded.returncode == 0, loaded.stderr
        doors = f"ldap://127.0.0.1:{self.port}/ ldaps://127.0.0.1:{self.secure}/"
        self.master = subprocess.Popen(
            [self.program, "-d", "0", "-h", doors, "-f", folder / "conf"],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for(self.secure)

    def is_trapped(self) -> bool:
        try:
            self.trap.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def stop(self) -> None:
        self.master.send_signal(signal.SIGTERM)
        self.master.wait(60)
        self.trap.close()


def with_certificates(folder: Path) -> str:
    """An authority, and a server's certificate of it for localhost; the authority's, as PEM."""
    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _each in range(2))
    ours = certificate("House authority", authority, "House authority", authority, is_authority=True)
    theirs = certificate("localhost", server, "House authority", authority, is_authority=False)
    (folder / "authority.pem").write_bytes(pem := ours.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(theirs.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        server.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pem.decode()


def certificate(name, key, by, signs, *, is_authority: bool) -> x509.Certificate:
    called, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, by))
    built = x509.CertificateBuilder().subject_name(called).issuer_name(issuer).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(datetime.now(UTC) - timedelta(days=1))
    built = built.not_valid_after(datetime.now(UTC) + timedelta(days=2))
    built = built.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    if is_authority:
        built = built.add_extension(
            x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True
        )
    else:
        built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    return built.sign(signs, hashes.SHA256())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < until, "slapd does not listen"
            time.sleep(0.02)
