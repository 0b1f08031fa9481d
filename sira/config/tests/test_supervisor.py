import subprocess
import sys
import time
from pathlib import Path

A_DESK = """
import os, signal, time
from sira.config import supervisor

def deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)

supervisor.PATIENCE = 1
print(supervisor.fork(deaf), flush=True)
time.sleep(1)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_that_does_not_hear_of_the_desks_death_ends_all_the_same():
    with subprocess.Popen([sys.executable, "-c", A_DESK], stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout
        child = int(desk.stdout.readline())
        desk.wait()
        state = Path(f"/proc/{child}/stat")
        until = time.monotonic() + 20
        while state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z":
            assert time.monotonic() < until
            time.sleep(0.1)
