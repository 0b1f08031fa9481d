"""The API keeps what its own description says, whether it is sent what the description allows or what it does not.

Three roles, with every check that schemathesis has; each call is undone. `--faults` sends 20,000, every operation as
every role; without it each operation is called as one of them, once in each way.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.security.walking import Undone, candidates
from tests.security.world import World

ROLES = ("requester", "agent", "administrator")
IN_FULL = 20_000
FITS, BREAKS = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
CONFIG = SchemathesisConfig.from_dict(
    {
        # The token is the role's own in every call: what would be wrong with another is never sent.
        "generation": {"with-security-parameters": False},
        "checks": {
            # What fits the description may still name what is not there, or not stand together: 422 says which. A gate
            # that is not open answers 409, and what was not read before it is changed 412, or 428 where If-Match is
            # needed only for what is there already.
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "401", "403", "404", "409", "412", "413", "422", "428", "429"]
            },
            # The usual refusals, 412 for what is no ETag, and 413 for a text that is longer than a body may be.
            "negative_data_rejection": {
                "expected-statuses": [
                    "400",
                    "401",
                    "403",
                    "404",
                    "405",
                    "406",
                    "409",
                    "412",
                    "413",
                    "415",
                    "422",
                    "428",
                    "429",
                ]
            },
        },
    }
)


@contextmanager
def undone() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


@pytest.fixture(autouse=True)
def the_connection_stays(db: None) -> Iterator[None]:
    """A request of a server would end it, and with it the transaction of the test; so would a slow machine, that
    thinks for a minute of what to send."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


class Sender:
    """Calls as one role, and what was amiss with them."""

    def __init__(self, world: World, role: str) -> None:
        self.world, self.role = world, role
        # The client that asks unpacks nothing; how answers are packed stands in sira/shell/tests/test_packing.py.
        self.headers = {"Authorization": f"Bearer {world.tokens[role]}", "Accept-Encoding": "identity"}
        self.sent: Counter[int] = Counter()
        self.amiss: list[str] = []

    def send(self, operation: APIOperation, mode: GenerationMode, number: int, **fixed: Any) -> None:
        @settings(
            max_examples=number,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode, **fixed))
        def each(case: Case) -> None:
            with undone():
                answer = case.call(headers=self.headers)
            self.sent[answer.status_code] += 1
            with undone():  # some checks call once more
                case.validate_response(answer, headers=self.headers)

        try:
            each()
        except (Exception, BaseExceptionGroup) as error:
            if mode is BREAKS and isinstance(error, Unsatisfiable):
                return  # nothing of it can be broken: an address may name anything
            self.amiss.append(f"{operation.label}, {mode.value}: {error}")

    def known(self, path: str) -> dict[str, Any]:
        """Things of the desk that the role may see, for the address."""
        route = {"path": re.sub(r"{(\w+)}", r"<\1>", path)}
        found = {}
        for name in re.findall(r"{(\w+)}", path):
            for thing in candidates(self.world, self.role, "", name, route)[:1]:
                found[name] = int(thing.name) if thing.name.isdecimal() else thing.name
        return found


def operations() -> Iterator[APIOperation]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=CONFIG)
    for one in schema.get_all_operations():
        assert isinstance(one, Ok), one
        yield one.ok()


@pytest.mark.parametrize("role", ROLES)
def test_the_api_answers_as_it_is_described_whatever_it_is_sent(
    world: World, role: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    every, sender, share = list(operations()), Sender(world, role), 1
    if request.config.getoption("--faults"):
        share = ceil(IN_FULL / len(ROLES) / len(every) / 3)
    else:
        every = every[ROLES.index(role) :: len(ROLES)]
    for operation in every:
        sender.send(operation, FITS, share)
        sender.send(operation, FITS, share, path_parameters=sender.known(operation.path))
        if operation.body or list(operation.iter_parameters()):  # else nothing of it can be broken
            sender.send(operation, BREAKS, share)
    with capsys.disabled():
        told = f"\n{role}: {sender.sent.total()} calls to {len(every)} operations, {dict(sender.sent)}\n"
        sys.stdout.write("\n\n".join([told, *sender.amiss, ""]))  # a run that is broken off has told what it found
    assert sender.amiss == [], "\n\n".join(sender.amiss[:40])
