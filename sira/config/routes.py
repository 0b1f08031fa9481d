"""`sira routes`: every address of the desk with its name; with --json as one list."""

import argparse
import json
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("sira routes", description="List every address of the desk.")
    parser.add_argument("--json", action="store_true", help="as one JSON list")
    routes = sorted(walk(get_resolver().url_patterns), key=lambda route: route["path"])
    if parser.parse_args(arguments).json:
        print(json.dumps(routes, indent=1))
    else:
        for route in routes:
            print(f"{route['path']:60} {route['name']}")
    return 0


def walk(patterns: list[URLPattern | URLResolver], path: str = "/", space: str = "") -> Iterator[dict[str, str]]:
    """Path with its parameters as `<kind:name>`, name as `room:name`, and the view's dotted name."""
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern.url_patterns, here, inner)
        else:
            name = f"{space}{pattern.name}" if pattern.name else ""
            yield {"path": here, "name": name, "view": pattern.lookup_str}
