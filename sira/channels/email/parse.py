"""`sira parse`: what the desk reads in mails, as JSON lines; see reading.__main__ for the contract."""

import argparse

from sira.channels.email.reading.__main__ import main as read_lines


def main(arguments: list[str]) -> int:
    about = (
        'Reads JSON lines {"id", "path"} from standard input, each naming a file with one mail; writes one JSON line'
        " for each: who wrote to whom, subject, text, what is new in it, attachments, what kind of mail it is."
        " Changes nothing."
    )
    argparse.ArgumentParser(prog="sira parse", description=about).parse_args(arguments)
    return read_lines() or 0
