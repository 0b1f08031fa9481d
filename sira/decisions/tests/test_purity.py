import subprocess
import sys


def test_the_engine_needs_no_django():
    program = "import sys, sira.decisions.feel, sira.decisions.dmn; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
