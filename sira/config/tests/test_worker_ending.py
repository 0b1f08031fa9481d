import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 240  # to load the rooms takes a machine that tests its time
A_WORKER = """
from sira.config import desk
desk.with_settings()
from sira.config import alongside, worker
alongside.SERVICES.clear()
worker.work()
"""


def test_a_worker_that_is_told_to_end_while_it_connects_ends(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(PATIENCE)
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
            "SIRA_HOME": str(tmp_path),
            "SIRA_SMTP_PORT": "0",
            "DATABASE_URL": f"postgresql://sira@127.0.0.1:{silent.getsockname()[1]}/sira",
        }
        with subprocess.Popen([sys.executable, "-c", A_WORKER], cwd=ROOT, env=environment) as worker:
            try:
                with silent.accept()[0]:
                    worker.send_signal(signal.SIGTERM)
                    assert worker.wait(PATIENCE) == 0
            finally:
                worker.kill()
