"""The worker is killed while mail comes in: what was acknowledged is there, and nothing is there twice."""

import os
import queue
import random
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from tests.platform.desk import ROOT

# Each kill makes the supervisor wait twice as long before it starts the worker again.
MAILS, KILLS, PATIENCE = 100, 3, 240


def by_pipe(desk, servers, raw):
    """Once through the client that a mail server pipes into; whether it says that the mail is committed."""
    client = [sys.executable, "-S", "-P", str(ROOT / "sira/config/cli.py"), "deliver", "--to", "help@desk.test"]
    env = {"PYTHONPATH": str(ROOT), "SIRA_LMTP_SOCKET": str(servers.lmtp)}
    ended = subprocess.run(client, input=raw, env=env, capture_output=True)
    assert ended.returncode in (0, 75), ended.stderr
    return ended.returncode == 0


def by_lmtp(desk, servers, raw):
    try:
        with smtplib.LMTP(str(servers.lmtp)) as lmtp:
            lmtp.sendmail("x@client.test", ["help@desk.test"], raw)
        return True
    except (OSError, smtplib.SMTPException):
        return False


@pytest.mark.parametrize("way", [by_pipe, by_lmtp])
def test_nothing_acknowledged_is_lost_and_nothing_comes_twice(servers, silent_desk, way):
    desk = silent_desk
    marks = [f"{way.__name__}-{number}" for number in range(MAILS)]
    waiting, acknowledged, until = queue.Queue(), set(), time.monotonic() + PATIENCE
    for mark in marks:
        waiting.put(mark)

    def bring():
        while time.monotonic() < until:
            try:
                mark = waiting.get_nowait()
            except queue.Empty:
                return
            raw = f"From: {mark}@client.test\r\nSubject: {mark}\r\nMessage-ID: <{mark}@x>\r\n\r\n{mark}\r\n".encode()
            if way(desk, servers, raw):
                acknowledged.add(mark)
            else:
                waiting.put(mark)
                time.sleep(0.2)

    clients = [threading.Thread(target=bring) for _ in range(4)]
    for client in clients:
        client.start()
    chance = random.Random(7)
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.3, 1.5))
        wait_for_worker(desk, servers)
        time.sleep(chance.uniform(0.05, 0.6))
        os.kill(worker_of(desk, servers), signal.SIGKILL)
    for client in clients:
        client.join(PATIENCE)
    assert acknowledged == set(marks)
    kept = Counter(one["text"] for one in desk.inside("told")["messages"])
    assert {mark: kept[mark] for mark in marks} == dict.fromkeys(marks, 1)


def wait_for_worker(desk, servers):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with smtplib.LMTP(str(servers.lmtp)):
                return
        except OSError:
            assert time.monotonic() < end, desk.said
            time.sleep(0.1)


def worker_of(desk, servers):
    """The process that holds the listening socket."""
    lines = [line.split() for line in open("/proc/net/unix")]
    listening = {f"socket:[{line[6]}]" for line in lines if line[-1] == str(servers.lmtp)}
    for pid in desk.children():
        if any(leads_to(f"/proc/{pid}/fd/{name}") in listening for name in os.listdir(f"/proc/{pid}/fd")):
            return pid
    raise AssertionError("no worker listens")


def leads_to(name):
    try:
        return os.readlink(name)
    except FileNotFoundError:  # closed meanwhile
        return None
