"""A PostgreSQL of a measurement's own, thrown away afterwards, and Django on it. Import it before any model.

The server keeps nothing safe on disk, so figures are of CPU, not of waiting.
"""

import atexit
import os
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

from bench._cpu import Cpu
from sira.plumbing import testserver

_root = Path(tempfile.mkdtemp(prefix=f"sira-test-{os.getpid()}-"))
atexit.register(testserver.remove, _root)
testserver.prepare_environment(_root)
testserver.have_server(_root)
testserver.recreate("sira_bench", "template0")
os.environ["DATABASE_URL"] = testserver.named("sira_bench")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sira.config.settings")
django.setup()
call_command("migrate", verbosity=0, interactive=False)

cpu = Cpu(_root)
