"""`sira parse`: what the desk reads in mails, as JSON lines; see reading.__main__ for the contract."""

from sira.channels.email.reading.__main__ import main as read_lines


def main(arguments: list[str]) -> int:
    return read_lines() or 0
