"""The description of the API, where it says more than the operations' own types do."""

from functools import cache
from http.client import responses
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from sira.api.once import HEADER, LONGEST, SIGNS
from sira.api.paging import CURSOR
from sira.api.problems import KIND
from sira.api.refusing import REFUSALS
from sira.api.shapes import ProblemShown

SHAPE = {"$ref": "#/components/schemas/ProblemShown"}
PROBLEM = {"content": {KIND: {"schema": SHAPE}}}
# Operations whose body is a file.
FILES = (
    "sira_api_attachments_download",
    "sira_api_tasks_download",
    "sira_api_personal_data_archive_content",
)
# Operations that name the state they change.
MATCHED = ("sira_api_tickets_changed", "sira_api_people_changed", "sira_api_aside_altered")
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "description": "the ETag of what was read, or *",
    "schema": {"type": "string", "pattern": r'^("[\x21\x23-\x7e]*"|\*)$'},
}
# For operations that change what was read: where there may be none yet, it is not asked for.
AS_READ: dict[str, Any] = {"parameters": [IF_MATCH]}
AS_READ_IF_THERE: dict[str, Any] = {"parameters": [IF_MATCH | {"required": False}]}
# What is uploaded twice is kept once, by its content; its answer is a new name for it.
WITHOUT_KEY = ("sira_api_attachments_upload",)
IDEMPOTENCY = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "the same call again with the same key is answered the same and done once; kept for 72 hours",
    "schema": {"type": "string", "maxLength": LONGEST, "pattern": f"^{SIGNS}$"},
}


class DescribedAPI(NinjaAPI):
    """Errors leave as problem details, whatever the operation answers otherwise."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The same object each time: nobody changes it."""
        return _described(self, path_prefix or self.get_root_path(path_params or {}))

    def made(self, prefix: str) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=prefix)
        schema["components"]["schemas"]["ProblemShown"] = ProblemShown.model_json_schema()
        for path in schema["paths"].values():
            for method, operation in path.items():
                _describe(method, operation)
        return schema


@cache
def _described(api: DescribedAPI, prefix: str) -> OpenAPISchema:
    """Once a process: it takes more than a second, and anybody may ask for it."""
    return api.made(prefix)


def _describe(method: str, operation: dict[str, Any]) -> None:
    named, answers = operation["operationId"], operation["responses"]
    if named in FILES:
        answers[200] = {"description": "OK", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
    for status in REFUSALS:
        answers[status] = {"description": responses[status]} | PROBLEM
    parameters = operation.setdefault("parameters", [])
    for one in parameters:
        if one["in"] == "query" and one["name"] == "cursor":
            one["schema"].setdefault("pattern", CURSOR)
    if named in MATCHED:
        parameters.append(IF_MATCH)
    if method == "post" and named not in WITHOUT_KEY:
        parameters.append(IDEMPOTENCY)
