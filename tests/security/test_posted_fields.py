"""A call of the API refuses a field that its description does not name."""

import json

from sira.api.urls import api
from tests.security import walking

EXTRA = {
    "role": "administrator", "is_active": "1", "is_staff": "1", "is_superuser": "1", "organisation": "1",
    "manager": "1",
    "person": "1", "requester": "1", "agent": "1", "by": "1", "author": "1", "id": "1", "pk": "1",
    "created_at": "2020-01-01",
    "priority": "1", "status": "closed", "stage": "closed", "number": "INC-1", "group": "hr", "is_internal": "1",
    "joined_into": "1", "password": "x", "digest": "x", "secret": "x", "expires_at": "2099-01-01", "revision": "99",
}  # fmt: skip


def test_every_call_of_the_api_refuses_a_field_that_is_not_in_its_description(world, doors):
    token, amiss, count = world.tokens["administrator"], [], 0
    number = world.named("number")[0].name
    for (method, path), body in doors.bodies.items():
        key = "it" if "groups" in path else "1"
        parts = {"<number>": number, "<shelf>": "forms", "<key>": key, "<person>": "1", "<on>": "2030-01-01"}
        parts |= {"<language>": "en", "<role>": "agent", "<version>": "1"}
        address = walking.PARAMETER.sub(lambda found, parts=parts: parts[found[0]], path)
        for name, value in EXTRA.items():
            if name in described(method, path):
                continue
            answer = doors.client.generic(
                method, address, json.dumps({**body, name: value}).encode(),
                content_type="application/json", headers={"Authorization": f"Bearer {token}", "If-Match": "*"},
            )  # fmt: skip
            count += 1
            if answer.status_code != 422 or name not in json.loads(answer.content)["detail"]:
                amiss.append(f"{method} {address} {name}: {answer.status_code}")
    assert amiss == [] and count > 300


def description() -> dict:
    return api.get_openapi_schema(path_prefix="/api/v1/")


def described(method: str, path: str) -> set[str]:
    operation = description()["paths"][path.replace("<", "{").replace(">", "}")][method.lower()]
    shape = operation["requestBody"]["content"]["application/json"]["schema"]
    return set(description()["components"]["schemas"][shape["$ref"].rpartition("/")[2]].get("properties", {}))
