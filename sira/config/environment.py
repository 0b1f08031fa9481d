"""Reads the environment once; a bad value stops the start with one line that names the variable."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parents[2]


class BadSetting(SystemExit):
    """Ends the process with the line as its message and exit code 1."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def named(prefix: str) -> dict[str, str]:
    """All variables whose names begin so, by the rest of their names."""
    return {name.removeprefix(prefix): value for name, value in os.environ.items() if name.startswith(prefix)}


def number(name: str, default: int, *, low: int, high: int) -> int:
    raw = text(name, str(default))
    if not raw.isdecimal() or not low <= int(raw) <= high:
        raise BadSetting(name, f"{raw!r} is not a whole number from {low} to {high}.")
    return int(raw)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise BadSetting(name, f"{value!r} is not one of {', '.join(allowed)}.")
    return value


def names(name: str, default: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Words between commas; `nobody` is none of them, `everybody` all."""
    if text(name, default) == "everybody":
        return allowed
    found = tuple(word.strip() for word in text(name, default).split(",") if word.strip() not in ("", "nobody"))
    for word in found:
        if word not in allowed:
            raise BadSetting(name, f"{word!r} is not one of {', '.join(allowed)}.")
    return found


def yes_or_no(name: str, *, default: bool) -> bool:
    return choice(name, "yes" if default else "no", ("yes", "no")) == "yes"


def address(name: str, default: str) -> str:
    """A base address such as https://desk.example, without a slash at the end."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise BadSetting(name, f"{value!r} is not an address such as https://desk.example.")
    return value


def web_place(name: str) -> str:
    """An address that something is fetched from, with a slash at its end; empty if none is named."""
    value = text(name)
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise BadSetting(name, f"{value!r} is not an address such as https://lists.example/range/.")
    return value and value.rstrip("/") + "/"


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones, such as Europe, is an OSError
        raise BadSetting(name, f"{value!r} is not a time zone such as Europe/Warsaw.") from None
    return value


def mail_address(name: str, default: str) -> str:
    value = text(name, default)
    local, at, domain = value.rpartition("@")
    if not (local and at and domain) or not value.isprintable() or set(value) & set(' <>,;"'):
        raise BadSetting(name, f"{value!r} is not a mail address such as help@desk.example.")
    return value


def home() -> Path:
    """The data folder, as an absolute path; it need not exist yet."""
    return Path(text("SIRA_HOME", str(ROOT / "var"))).absolute()


def server_or_socket(name: str) -> tuple[str, int] | str | None:
    """host:port, or the path of a socket; None if none is named."""
    value = text(name)
    host, _, port = value.rpartition(":")
    if not value or value.startswith("/"):
        return value or None
    if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise BadSetting(name, f"{value!r} is neither a server such as localhost:3310 nor the path of a socket.")
    return host.strip("[]"), int(port)


def log_server(name: str) -> tuple[str, int, bool] | None:
    """host:port, or tls://host:port: host, port, and whether TLS is spoken. None if none is named."""
    value = text(name)
    place = value.removeprefix("tls://")
    host, _, port = place.rpartition(":")
    if not value:
        return None
    if not host or "/" in place or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise BadSetting(
            name, f"{value!r} is not a server such as logs.example.org:601 or tls://logs.example.org:6514."
        )
    return host.strip("[]"), int(port), place != value


def folder_elsewhere(name: str, home: Path) -> Path | None:
    """A folder outside the data folder; None if none is named."""
    place = Path(text(name)).absolute() if text(name) else None
    if place and place.is_relative_to(home):
        raise BadSetting(name, "lies in the data folder; name a folder on another disk.")
    return place


def secret_key(folder: Path) -> str:
    """The key for signatures: from the environment, else made once and kept in the data folder for its owner."""
    given = text("SIRA_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise BadSetting("SIRA_SECRET_KEY", "shorter than 32 characters; use a longer random text.")
        return given
    kept = folder / "secret.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return kept.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        return kept.read_text().strip()
    except OSError as error:
        raise BadSetting("SIRA_HOME", f"cannot keep the secret key in {folder} ({error.strerror}).") from None
