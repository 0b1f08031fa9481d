"""Copies the front-end files that pages use from node_modules to `static/vendor`, and draws the icon sprite.

Run as `python -m sira.shell.vendoring` after `npm ci`.  The folder is made anew, so what is no longer listed goes away.
"""

import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE.parents[1] / "node_modules"
VENDOR = HERE / "static" / "vendor"
INTER = "@fontsource-variable/inter/files/inter-{}-wght-normal.woff2"

# Where it goes, and the file or folder it comes from.  The fonts that nearly every page shows are cut: see cutting.
FILES = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "fonts/inter-latin-more.woff2": INTER.format("latin-ext"),
    "fonts/inter-cyrillic.woff2": INTER.format("cyrillic"),
    "fonts/inter-greek.woff2": INTER.format("greek"),
    "fonts/vazirmatn-more.woff2": "@fontsource-variable/vazirmatn/files/vazirmatn-arabic-wght-normal.woff2",
    "echarts.js": "echarts/dist/echarts.min.js",
    "bpmn/modeler.js": "bpmn-js/dist/bpmn-modeler.production.min.js",
    "bpmn/viewer.js": "bpmn-js/dist/bpmn-navigated-viewer.production.min.js",
    "bpmn/assets": "bpmn-js/dist/assets",
    "dmn/modeler.js": "dmn-js/dist/dmn-modeler.production.min.js",
    "dmn/viewer.js": "dmn-js/dist/dmn-navigated-viewer.production.min.js",
    "dmn/assets": "dmn-js/dist/assets",
    "forms/editor.js": "@bpmn-io/form-js/dist/form-editor.umd.js",
    "forms/assets": "@bpmn-io/form-js/dist/assets",
}


def main() -> int:
    missing = [source for source in FILES.values() if not (MODULES / source).exists()]
    if missing:
        sys.stderr.write(f"npm ci has not brought {missing[0]}; run it first.\n")
        return 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    for target, source in FILES.items():
        _copy(MODULES / source, VENDOR / target)
    (VENDOR / "icons.svg").write_text(sprite(MODULES / "lucide-static" / "icons"), encoding="utf-8")
    return 0


def icon_names() -> list[str]:
    return (HERE / "icons.txt").read_text(encoding="utf-8").split()


def sprite(folder: Path) -> str:
    """One SVG with a symbol for each listed icon; strokes take the size and colour of where they are used."""
    symbols = "".join(_symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in icon_names())
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'


def _symbol(name: str, drawing: str) -> str:
    inside = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if inside is None:
        raise ValueError(f"{name}.svg is not a drawing")
    body = re.sub(r"\s+", " ", inside[1]).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


if __name__ == "__main__":
    sys.exit(main())
