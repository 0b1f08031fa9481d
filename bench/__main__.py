"""Runs the measurements of this folder one after the other; each prints one JSON object, which is printed together."""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    names = names or sorted(path.stem for path in HERE.glob("[a-z]*.py"))
    figures, failed = {}, False
    for name in names:
        result = subprocess.run([sys.executable, "-m", f"bench.{name}"], stdout=subprocess.PIPE, text=True)
        try:
            figures[name] = json.loads(result.stdout)
        except ValueError:
            figures[name] = {"failed": f"exit code {result.returncode}, no figures"}
        failed = failed or bool(result.returncode)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
