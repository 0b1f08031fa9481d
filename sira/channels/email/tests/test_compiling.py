import shutil
import subprocess
import sys

from sira.channels.email import compiling

LOOK = (
    "import sys; from sira.channels.email.deliver import main;"
    "print(*(module.__cached__ for name, module in sys.modules.items() if name.partition('.')[0] == 'sira'))"
)


def test_a_client_that_may_write_nothing_finds_all_that_it_loads_compiled(tmp_path):
    for name in compiling.CLIENT:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(compiling.ROOT / name, tmp_path / name)
    compiling.compile_client(tmp_path)
    compiled = {str(path) for path in tmp_path.rglob("*.pyc")}
    run = [sys.executable, "-S", "-P", "-B", "-c", LOOK]
    loaded = subprocess.run(run, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(tmp_path)}).stdout
    assert set(loaded.split()) == compiled and len(compiled) == len(compiling.CLIENT)
