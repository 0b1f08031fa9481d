"""The house keeps its rules: rooms, their order and names, and the ways that rules may not take."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIRA = ROOT / "sira"
NOT_ROOMS = {"utils", "util", "core", "common", "services", "helpers", "misc", "lib"}
# services.py there is about decision services, which is DMN's own word.
NAMED_SO_BY_DMN = SIRA / "decisions" / "dmn" / "services.py"
# Django and the page's frame look for these at the top; the desk's own pages lie under the room's name.
FOUND_BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html", "django"}
# Mail programs know no style sheets.
MAILS = re.compile(r"/(?:mails?)/")
MACHINE_PATH = re.compile(r"(?<![\w.:/{}\"'$-])/(?:root|home/[a-z]|work|Users)/[\w.-]+")
# Where authors ask for money is no registry.
ADDRESS = re.compile(r"\"resolved\"|https?://(?!opencollective\.com|github\.com/sponsors)|--(?:extra-)?index-url")


def tracked(*patterns: str) -> list[Path]:
    """The files of the project, or all that lie here where there is no git."""
    asked = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True)
    names = asked.stdout.split("\0") if asked.returncode == 0 else []
    if not names:
        pytest.skip("not a git checkout, so nothing says which files are the project's")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def modules() -> list[Path]:
    return [path for path in SIRA.rglob("*.py") if not {"tests", "migrations"} & set(path.parts)]


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in modules():
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def templates() -> list[Path]:
    return [path for path in SIRA.rglob("*") if path.suffix in (".html", ".txt") and "templates" in path.parts]


def shown(found: list[tuple[Path, int]]) -> list[str]:
    return [f"{path.relative_to(ROOT)}:{line}" for path, line in found]


def test_imports_point_down_the_house():
    """In a process of its own: the tool sets logs up anew and so silences every logger that was there."""
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_room_stands_in_the_order_of_rooms():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = told["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = {path.parent.name for path in SIRA.glob("*/__init__.py")}
    assert rooms <= {word for layer in layers for word in re.findall(r"\w+", layer)}


def test_no_room_and_no_module_has_a_name_that_says_nothing():
    named = [path for path in modules() if {path.stem, *path.relative_to(SIRA).parent.parts} & NOT_ROOMS]
    assert [path for path in named if path != NAMED_SO_BY_DMN] == []


def test_nothing_happens_by_a_signal():
    found = []
    for path, tree in trees():
        for node in ast.walk(tree):
            module = getattr(node, "module", None) or ""
            names = [alias.name for alias in getattr(node, "names", []) if isinstance(alias, ast.alias)]
            words = f"{module} {' '.join(names)}" if isinstance(node, (ast.Import, ast.ImportFrom)) else ""
            if re.search(r"\bdjango\S*\.(?:signals|dispatch)\b|\b(?:pre|post)_(?:save|delete|migrate)\b", words):
                found.append((path, node.lineno))
    assert shown(found) == []


def test_no_model_decides_anything_while_it_is_saved():
    found = [
        (path, method.lineno)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any("odel" in ast.unparse(base) for base in node.bases)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name in ("save", "delete", "clean", "full_clean")
    ]
    assert shown(found) == []


def test_what_somebody_sent_never_names_the_columns_of_a_query():
    found = [
        (path, node.lineno)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg is None and re.search(r"\brequest\.(?:GET|POST|FILES|body)\b", ast.unparse(keyword.value))
    ]
    assert shown(found) == []


def test_a_template_lies_under_the_name_of_its_room():
    strangers = []
    for path in templates():
        at = path.parts.index("templates")
        room, below = path.parts[at - 1], path.parts[at + 1]
        if below != room and not (room == "shell" and below in FOUND_BY_DJANGO):
            strangers.append(str(path.relative_to(ROOT)))
    assert strangers == []


def test_a_template_takes_parts_from_its_own_room_and_the_shell_alone():
    """What composes several subjects is a page of workspace, portal, studio or boards."""
    strangers = []
    for path in templates():
        room = path.parts[path.parts.index("templates") - 1]
        text = path.read_text(encoding="utf-8")
        for taken in re.findall(r"{%\s*(?:include|extends|kept)\s+\"(\w+)/", text):
            composes = room in ("workspace", "portal", "studio", "boards")
            if taken not in (room, "shell", "django") and not composes:
                strangers.append(f"{path.relative_to(ROOT)} takes from {taken}")
    assert strangers == []


def test_pages_carry_no_style_and_no_script_of_their_own():
    """The content policy refuses them in the browser; here they are found before."""
    pattern = re.compile(r"<style|<script(?![^>]*\bsrc=)|\son[a-z]+=\"|(?<![\w-])style=|javascript:", re.IGNORECASE)
    found = [
        (path, text.count("\n", 0, match.start()) + 1)
        for path in templates()
        if not MAILS.search(path.as_posix())
        for text in [path.read_text(encoding="utf-8")]
        for match in pattern.finditer(text)
    ]
    assert shown(found) == []


def test_lock_files_name_no_registry():
    locks = [ROOT / "package-lock.json", ROOT / ".npmrc", *ROOT.glob("requirements*")]
    assert [path.name for path in locks if ADDRESS.search(path.read_text(encoding="utf-8"))] == []


def test_no_file_knows_the_machine_it_was_written_on():
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [(path, text.count("\n", 0, match.start()) + 1) for match in MACHINE_PATH.finditer(text)]
    assert shown(found) == []


def test_every_shell_of_bin_can_be_started():
    starters = [path for path in tracked("bin/*") if not path.name.startswith("_") and path.suffix == ""]
    assert starters
    assert [path.name for path in starters if not path.stat().st_mode & 0o111] == []


def test_two_rooms_do_not_style_one_class():
    # All of them travel in one sheet: a room's `.card` would be laid out by another room's.
    homes: dict[str, set[str]] = {}
    for path in SIRA.glob("*/static/**/*.css"):
        room = path.relative_to(SIRA).parts[0]
        if room == "shell" or {"vendor", "apart"} & set(path.parts):
            continue
        for rule in re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)):
            for name in re.findall(r"(?:^|,)\s*\.([\w-]+)", rule):
                homes.setdefault(name, set()).add(room)
    shell = "".join(path.read_text(encoding="utf-8") for path in SIRA.glob("shell/static/shell/**/*.css"))
    shared = {name for name in homes if re.search(rf"\.{name}\b", shell)}
    assert not {name: sorted(rooms) for name, rooms in homes.items() if len(rooms) > 1 and name not in shared}
