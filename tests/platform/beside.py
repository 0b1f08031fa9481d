"""A Python beside a desk, with its settings. It is kept: to start one takes longer than most of what it is asked."""

import json
import os
import subprocess
import sys
import traceback
from contextlib import redirect_stdout
from io import StringIO


class Beside:
    def __init__(self, env):
        call = [sys.executable, "-m", "tests.platform.beside"]
        self.process = subprocess.Popen(
            call, cwd="/", env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, code):
        """What the code prints."""
        self.process.stdin.write(json.dumps(code) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "it ended before it answered"
        said, failed = json.loads(answer)
        assert not failed, failed
        return said

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def answer_until_the_end():
    import django  # noqa: PLC0415 - only here, where the desk's settings are

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sira.config.settings")
    django.setup()
    from django.db import connections  # noqa: PLC0415

    answers = sys.stdout
    for line in sys.stdin:
        said, failed = StringIO(), ""
        try:
            with redirect_stdout(said):
                exec(compile(json.loads(line), "<beside>", "exec"), {"__name__": "beside"})
        except BaseException:
            failed = traceback.format_exc()
        connections.close_all()  # each time its own: what one leaves open holds nothing up
        answers.write(json.dumps([said.getvalue(), failed]) + "\n")
        answers.flush()


if __name__ == "__main__":
    answer_until_the_end()
