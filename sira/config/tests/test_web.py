import asyncio
import os
import subprocess
import sys
from types import SimpleNamespace
from unittest.mock import AsyncMock

from sira.config import front
from sira.plumbing.live import Stream

A_PROCESS = """
import asyncio, os, signal
import django
django.setup()
from granian.server import embed
from sira.config import web

begins = embed.Server.serve

async def serve(self):
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0.1)  # the wish to end comes before the server has begun
    await begins(self)

embed.Server.serve = serve
web.serve("127.0.0.1", 0)
"""


def test_a_web_process_that_is_told_to_end_while_it_begins_ends(tmp_path):
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "sira.config.settings", "SIRA_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", A_PROCESS], env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_stream_whose_session_has_ended_says_so_and_ends(monkeypatch):
    monkeypatch.setattr(front, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(front, "LOOK_AGAIN_SECONDS", 0)
    sent = []

    async def stream():
        desk, transport = front.Front(), SimpleNamespace(send_bytes=AsyncMock(side_effect=sent.append))
        desk.threads = SimpleNamespace(run=AsyncMock(side_effect=[["tickets"], None]))
        await asyncio.wait_for(desk.send(Stream(), transport, "a session"), 20)

    asyncio.run(stream())
    assert sent[-1].startswith(b"event: over\n") and sent.count(b":\n\n") == 2
