"""`sira recount` and `sira learn`: what the worker does by itself, at once."""

import argparse

from django.utils import timezone

from sira.insight import expecting
from sira.routing import tallying
from sira.tickets import flows, tallies


def main(arguments: list[str]) -> int:
    """Figures of open work and of what came and went, from the tickets alone; what agents were dealt, from its days."""
    argparse.ArgumentParser("sira recount", description="Count the figures anew.").parse_args(arguments)
    found = len(flows.drift()) + len(tallies.drift()) + tallying.drift()
    flows.recount()
    tallies.recount()
    tallying.recount()
    print(f"{found} kinds differed; all are counted anew." if found else "Nothing differed; all are counted anew.")
    return 0


def learn(arguments: list[str]) -> int:
    argparse.ArgumentParser("sira learn", description="Learn how long tickets take.").parse_args(arguments)
    print(f"Learnt about {expecting.learn(timezone.now())} kinds of tickets.")
    return 0
