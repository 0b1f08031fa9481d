"""The command line: finds a command's module and calls its main(arguments) -> exit code.

Nothing else is imported here: `sira deliver` runs once for each mail and must not pay for Django.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

ALONE, ENVIRONMENT, DATABASE = "alone", "environment", "database"


class Command(NamedTuple):
    needs: str  # ALONE: nothing;  ENVIRONMENT: Django's settings;  DATABASE: also the running database
    target: str  # module:function
    help: str


COMMANDS = {
    "up": Command(
        ALONE, "sira.config.up:up", "database, web and worker; what bin/run calls (--empty: without samples)"
    ),
    "web": Command(ALONE, "sira.config.up:web", "the web processes alone"),
    "worker": Command(ALONE, "sira.config.up:worker", "the worker alone"),
    "migrate": Command(DATABASE, "sira.config.migrating:main", "bring the tables to this version"),
    "check": Command(DATABASE, "sira.config.checking:main", "look whether the desk can run here"),
    "demo": Command(DATABASE, "sira.config.demo:main", "fill an empty desk with a living sample organisation"),
    "seed": Command(DATABASE, "sira.config.seed:main", "--tickets N: add made-up tickets for measuring"),
    "deliver": Command(
        ALONE, "sira.channels.email.deliver:main", "hand over one mail from standard input; --maildir DIR"
    ),
    "parse": Command(ALONE, "sira.channels.email.parse:main", "read mails as JSON lines; changes nothing"),
    "token": Command(DATABASE, "sira.api.tokens:main", "NAME --role ROLE: make a token for the API"),
    "config": Command(DATABASE, "sira.config.transfer:main", "export DIR, apply DIR: the desk's set-up as text"),
    "backup": Command(DATABASE, "sira.config.backup:main", "DIR: database and files"),
    "restore": Command(DATABASE, "sira.config.restore:main", "DIR: bring a backup back"),
    "routes": Command(ENVIRONMENT, "sira.config.routes:main", "--json: every address of the desk"),
    "replay": Command(DATABASE, "sira.insight.replay:main", "last year's tickets under new rules"),
    "conformance": Command(
        ENVIRONMENT, "sira.config.conformance:main", "dmn DIR, bpmn DIR: run a folder of public cases"
    ),
}
HELP = ("-h", "--help", "help")


def main(arguments: list[str] | None = None) -> int:
    name, *rest = arguments if arguments is not None else sys.argv[1:] or ["help"]
    if name in HELP:
        print(usage())
        return 0
    command = COMMANDS.get(name)
    if command is None:
        print(f"sira: there is no command {name!r}. Try sira help.", file=sys.stderr)
        return 2
    try:
        return run(name, command, rest)
    except KeyboardInterrupt:
        return 130


def run(name: str, command: Command, arguments: list[str]) -> int:
    if command.needs == DATABASE and not (set(arguments) & set(HELP)):
        with import_module("sira.config.desk").with_database():
            return function(name, command)(arguments)
    if command.needs != ALONE:
        import_module("sira.config.desk").with_settings()
    return function(name, command)(arguments)


def function(name: str, command: Command) -> Callable[[list[str]], int]:
    module, _, attribute = command.target.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name not in (module, module.rpartition(".")[0]):
            raise
        raise SystemExit(f"sira {name} is not in this version.") from None


def usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {command.help}" for name, command in COMMANDS.items()]
    return "\n".join(
        ["usage: sira COMMAND ...", "", *lines, "", "The commands and settings are explained in docs/reference."]
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sira.config.settings")
    sys.exit(main())
