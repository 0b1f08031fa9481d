import os
import subprocess
import sys

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
