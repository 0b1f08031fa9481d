"""The command line: finds a command's module and calls its main(arguments) -> exit code.

Nothing else is imported here: `sira deliver` runs once for each mail and must not pay for Django.
"""

import os
import sys
from importlib import import_module

# What a command needs: nothing; Django's settings; also the running database.
ALONE, ENVIRONMENT, DATABASE = "alone", "environment", "database"
# Name: what it needs, module:function, what it is for.
COMMANDS = {
    "up": (ALONE, "sira.config.up:up", "database, web and worker; what bin/run calls (--empty: without samples)"),
    "web": (ALONE, "sira.config.up:web", "the web processes alone"),
    "worker": (ALONE, "sira.config.up:worker", "the worker alone"),
    "migrate": (DATABASE, "sira.config.migrating:main", "bring the tables to this version"),
    "check": (DATABASE, "sira.config.checking:main", "look whether the desk can run here"),
    "person": (DATABASE, "sira.config.forgetting:main", "archive, forget: all that is kept of a person"),
    "retention": (DATABASE, "sira.config.forgetting:retain", "what old texts are due to be forgotten; --carry-out"),
    "held": (
        DATABASE,
        "sira.config.held:main",
        "files that are held back; give or remove FILE --because WORDS",
    ),
    "recount": (DATABASE, "sira.config.recounting:main", "count the figures of boards anew from the tickets"),
    "learn": (DATABASE, "sira.config.recounting:learn", "learn anew how long tickets take, for honest guesses"),
    "demo": (DATABASE, "sira.config.demo:main", "fill an empty desk with a living sample organisation"),
    "seed": (DATABASE, "sira.config.seed:main", "--tickets N: add made-up tickets for measuring"),
    "deliver": (ALONE, "sira.channels.email.deliver:main", "hand over one mail from standard input; --maildir DIR"),
    "mailbox": (DATABASE, "sira.channels.email.mailboxes:main", "add, test, list, remove: mailboxes read by IMAP"),
    "parse": (ALONE, "sira.channels.email.parse:main", "read mails as JSON lines; changes nothing"),
    "token": (DATABASE, "sira.api.tokens:main", "NAME --role ROLE: make a token for the API"),
    "template": (DATABASE, "sira.config.templates:main", "list, take NAME: processes that are loaded when chosen"),
    "config": (DATABASE, "sira.config.transfer:main", "export DIR, apply DIR: the desk's set-up as text"),
    "backup": (DATABASE, "sira.config.backing.making:main", "DIR: database and files"),
    "restore": (ALONE, "sira.config.backing.restoring:main", "DIR: bring a backup or an archive back"),
    "routes": (ENVIRONMENT, "sira.config.routes:main", "--json: every address of the desk"),
    "replay": (DATABASE, "sira.studio.replaying:main", "KEY:VERSION: past tickets decided again; changes nothing"),
    "conformance": (ENVIRONMENT, "sira.config.conformance:main", "dmn DIR, bpmn DIR: run a folder of public cases"),
}
HELP = ("-h", "--help", "help")
TRY_AGAIN = 75  # EX_TEMPFAIL: a mail server that pipes a mail in keeps it; whatever else went wrong would send it back


def main(arguments: list[str] | None = None) -> int:
    name, *rest = arguments if arguments is not None else sys.argv[1:] or ["help"]
    if name in HELP:
        print(usage())
        return 0
    if name not in COMMANDS:
        print(f"sira: there is no command {name!r}. Try sira help.", file=sys.stderr)
        return 2
    try:
        return run(name, rest)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141


def run(name: str, arguments: list[str]) -> int:
    needs, target, _ = COMMANDS[name]
    module, _, function = target.partition(":")
    if name == "deliver":
        return deliver(module, function, arguments)
    # Images of containers often forbid it by a variable; to compile the rooms anew takes a second of each start.
    sys.dont_write_bytecode = False
    if needs == ALONE:
        return call(module, function, arguments)
    if not exists(module):
        raise SystemExit(f"sira {name} is not in this version.")
    desk = import_module("sira.config.desk")
    if needs == ENVIRONMENT or set(arguments) & set(HELP):
        desk.with_settings()
        return call(module, function, arguments)
    with desk.with_database():
        return call(module, function, arguments)


def deliver(module: str, function: str, arguments: list[str]) -> int:
    try:
        return call(module, function, arguments)
    except Exception as error:
        print(f"sira deliver: {error!r}", file=sys.stderr)
        return TRY_AGAIN


def call(module: str, function: str, arguments: list[str]) -> int:
    return getattr(import_module(module), function)(arguments)


def exists(module: str) -> bool:
    """Whether the module's file is there; importing it could need what is not set up yet."""
    path = os.path.join(os.path.dirname(__file__), "..", "..", *module.split("."))
    return os.path.isfile(f"{path}.py") or os.path.isfile(os.path.join(path, "__init__.py"))


def usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {purpose}" for name, (_, _, purpose) in COMMANDS.items()]
    return "\n".join(
        ["usage: sira COMMAND ...", "", *lines, "", "The commands and settings are explained in docs/reference."]
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sira.config.settings")
    sys.exit(main())
