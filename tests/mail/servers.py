"""Debian's Postfix and Dovecot on loopback ports, with a configuration and folders of their own, and nothing else.

Postfix brings mail for desk.test to the desk, by LMTP or, for pipe.desk.test, through `sira deliver`; mail for
client.test lies in Dovecot, which refuses who is not among its people.
"""

import imaplib
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "open sesame"
PEOPLE = ("hannah", "ayse", "jonas", "omar", "box", "spare")

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
syslog_name = sira-test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.test
mydestination =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
relay_domains = desk.test, pipe.desk.test, client.test
recipient_delimiter = +
transport_maps = inline:{{ desk.test=lmtp:unix:{lmtp}, pipe.desk.test=sira:, client.test=lmtp:unix:{dovecot}/lmtp }}
sira_destination_recipient_limit = 1
smtp_dns_support_level = disabled
message_size_limit = 200000000
mailbox_size_limit = 0
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
bounce_queue_lifetime = 1d
smtputf8_enable = yes
export_environment = SIRA_LMTP_SOCKET={lmtp} PATH=/usr/bin:/bin
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
sira unix - n n - 4 pipe flags=R user=nobody argv={client} deliver --to ${{recipient}}
"""
DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
listen = 127.0.0.1
protocols = imap lmtp
disable_plaintext_auth = no
auth_mechanisms = plain xoauth2
mail_location = maildir:{folder}/mail/%n
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 50
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2
}}
passdb {{
  driver = passwd-file
  mechanisms = plain
  args = scheme=PLAIN username_format=%n {folder}/people
}}
userdb {{
  driver = passwd-file
  args = username_format=%n {folder}/people
  default_fields = uid=nobody gid=nogroup home={folder}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  unix_listener {folder}/lmtp {{
    mode = 0666
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@client.test
}}
"""

# Dovecot asks whoever gives tokens whether one is good.
OAUTH2 = """
introspection_url = http://127.0.0.1:{port}/introspect?token=
introspection_mode = get
username_attribute = username
active_attribute = active
active_value = true
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def missing() -> str:
    """Why these servers cannot run here; empty if they can."""
    if os.getuid() != 0:
        return "Postfix and Dovecot are started by root only"
    absent = [name for name in ("postfix", "dovecot", "doveconf") if not shutil.which(name, path="/usr/sbin:/usr/bin")]
    return f"not installed: {', '.join(absent)} (bin/test installs them as root)" if absent else ""


class Servers:
    """port: Postfix's for SMTP.  imap: Dovecot's port.  lmtp: where the desk shall listen.

    tokens: the port at which Dovecot asks whether an OAuth2 token is good.
    """

    def __init__(self, folder: Path) -> None:
        if reason := missing():
            pytest.skip(reason)
        self.folder, self.port, self.imap, self.tokens = folder, free_port(), free_port(), free_port()
        folder.chmod(0o755)
        self.lmtp = folder / "desk" / "lmtp"
        for name in ("desk", "postfix", "dovecot", "dovecot/mail", "dovecot/run", "dovecot/state"):
            (folder / name).mkdir()
        shutil.chown(folder / "dovecot" / "mail", "nobody", "nogroup")
        self.postfix, self.dovecot = folder / "postfix", folder / "dovecot"
        self._start_dovecot()
        self._start_postfix()

    def _start_postfix(self) -> None:
        folder = self.postfix
        for name in ("conf", "queue", "data"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        client = self._client()
        (folder / "conf" / "main.cf").write_text(MAIN.format(folder=folder, lmtp=self.lmtp, dovecot=self.dovecot))
        (folder / "conf" / "master.cf").write_text(MASTER.format(port=self.port, client=client))
        said = subprocess.run(["/usr/sbin/postfix", "-c", folder / "conf", "start"], capture_output=True, text=True)
        assert said.returncode == 0, said.stderr + self.log()
        wait_for(self.port, self.log)

    def _client(self) -> Path:
        """`sira` as an account of a mail server calls it; a Python in a home folder is none of theirs."""
        python = sys.executable if readable_by_all(Path(sys.executable).resolve()) else "/usr/bin/python3"
        client = self.folder / "sira"
        client.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {python} -S -P {ROOT}/sira/config/cli.py "$@"\n')
        client.chmod(0o755)
        return client

    def _start_dovecot(self) -> None:
        folder = self.dovecot
        (folder / "people").write_text("".join(f"{name}:{PASSWORD}::::::\n" for name in PEOPLE))
        (folder / "people").chmod(0o644)
        (folder / "conf").write_text(DOVECOT.format(folder=folder, port=self.imap))
        (folder / "oauth2").write_text(OAUTH2.format(port=self.tokens))
        (folder / "oauth2").chmod(0o644)
        self.dovecot_master = subprocess.Popen(
            ["/usr/sbin/dovecot", "-F", "-c", folder / "conf"], stderr=subprocess.PIPE, start_new_session=True
        )
        wait_for(self.imap, self.log)

    def log(self) -> str:
        logs = [self.folder / "postfix" / "log", self.folder / "dovecot" / "log"]
        return "\n".join(log.read_text()[-6000:] for log in logs if log.exists())

    def stop(self) -> None:
        subprocess.run(["/usr/sbin/postfix", "-c", self.postfix / "conf", "stop"], capture_output=True)
        self.dovecot_master.send_signal(signal.SIGTERM)
        self.dovecot_master.wait(60)

    def send(self, message: bytes, *, sender: str, to: str) -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as smtp:
            smtp.sendmail(sender, [to], message)

    def mailbox(self, name: str) -> imaplib.IMAP4:
        box = imaplib.IMAP4("127.0.0.1", self.imap, timeout=60)
        box.login(name, PASSWORD)
        box.select("INBOX")
        return box

    def read(self, name: str, *, at_least: int = 1, seconds: float = 120) -> list[bytes]:
        """The mails in somebody's mailbox, once there are so many."""
        until = time.monotonic() + seconds
        while True:
            box = self.mailbox(name)
            found = [box.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in box.search(None, "ALL")[1][0].split()]
            box.logout()
            if len(found) >= at_least or time.monotonic() > until:
                assert len(found) >= at_least, f"{len(found)} mails for {name}\n{self.log()}"
                return found
            time.sleep(0.2)


def readable_by_all(path: Path) -> bool:
    return all(one.stat().st_mode & 0o005 == 0o005 for one in [path, *path.parents])


def wait_for(port: int, log) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < until, log()
            time.sleep(0.05)
