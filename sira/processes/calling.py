"""The block that calls another system by HTTP: asked in a transaction, called by a job outside of any.

The server is named by the drawing alone: what a request says may fill the path and the body, never the host. Keys for
other systems stand in the environment with the one host that they are for, and in no drawing.
"""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from sira.plumbing import outbound
from sira.plumbing.jobs import app
from sira.processes import running
from sira.processes.blocks import Later, Step
from sira.processes.bpmn.expressions import plain
from sira.processes.bpmn.messages import Failed, Finished
from sira.processes.models import Instance, WebCall
from sira.processes.refusals import Stuck
from sira.processes.tasks import planning
from sira.processes.tasks.particulars import PLACE, as_text, at_path

TYPE = "sira:web_call"
CALL = "processes.call"  # in jobs.py, by name: what it does needs this module
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
RESULT = "response"
FAILED, REFUSED = "web_call_failed", "web_call_refused"
PASSING = (408, 425, 429, *range(500, 600))
PATIENCE = 20.0
LONGEST = 100_000
LISTED = 20


def web_call(step: Step) -> Later:
    """Headers: url, method (GET), body, token, accept, result.  Raises Stuck."""
    headers = step.element.headers
    asked: Any = {
        "method": headers.get("method", "GET").upper(),
        "url": address(headers.get("url", ""), step.variables),
        "body": body(headers.get("body", ""), step),
        "token": headers.get("token", ""),
        "accept": [int(part) for part in headers.get("accept", "").split(",") if part.strip().isdecimal()],
        "result": headers.get("result") or RESULT,
    }
    if asked["method"] not in METHODS:
        raise Stuck(_("“%(method)s” is no way to call.") % {"method": asked["method"]}, code="no_value")

    def ask(instance: Instance, token: str, element: str, visit: str) -> None:
        given = asked | {"visit": visit}
        app.configure_task(CALL).defer(instance=instance.pk, token=token, element=element, asked=given)

    return Later(ask)


def address(text: str, variables: Mapping[str, Any]) -> str:
    """With its places filled, each so that it stays one piece.  Raises Stuck."""
    try:
        host = urlsplit(PLACE.sub("x", text)).hostname
        named = urlsplit(text).netloc
    except ValueError:
        host, named = None, ""
    if not host or "{" in named or "{" in text.partition("://")[0]:
        raise Stuck(_("“%(text)s” is no address. The server has to be named as it is.") % {"text": text}, "no_value")
    return PLACE.sub(lambda place: quote(as_text(at_path(variables, place[1].strip())), safe=""), text)


def body(text: str, step: Step) -> str:
    """JSON: an expression, or a text whose places are filled as JSON would write them.  Raises Stuck."""
    if text.strip().startswith("="):
        written = json.dumps(plain(planning.evaluated(text, step)), ensure_ascii=False)
    else:
        written = PLACE.sub(lambda place: _in_json(at_path(step.variables, place[1].strip())), text)
    if len(written) > LONGEST:
        raise Stuck(_("More would be sent than another system can be expected to read."), "no_value")
    return written


def _in_json(value: Any) -> str:
    return json.dumps(as_text(plain(value)), ensure_ascii=False)[1:-1]


def call(instance: int, token: str, element: str, asked: Mapping[str, Any], *, at: datetime) -> None:
    """Ask the other system, note that it was asked, and let the process go on with what came of it."""
    host = urlsplit(asked["url"]).hostname or ""
    began, status, trouble, found = time.monotonic(), None, "", b""
    visit = asked.get("visit", "")  # a call that was queued before stays had names is known by its place
    headers = _headers(asked, host) | {"Idempotency-Key": f"{instance}-{visit or f'{token}-{element}'}"}
    try:
        answer = outbound.call(
            asked["method"], asked["url"], headers=headers, body=asked["body"].encode(), patience=PATIENCE
        )
        status, found = answer.status, answer.body
    except outbound.Unreachable as error:
        trouble = str(error)
    if status is not None and not 200 <= status < 300 and status not in asked["accept"]:
        trouble = _("%(host)s answered with %(status)s.") % {"host": host, "status": status}
    took = round(1000 * (time.monotonic() - began))
    WebCall.objects.create(
        instance_id=instance, element=element, at=at, method=asked["method"], host=host[:255], status=status,
        milliseconds=took, trouble=trouble[:200],
    )  # fmt: skip
    if trouble:
        passing = status is None or status in PASSING
        code = FAILED if passing else REFUSED
        stimulus: Finished | Failed = Failed(token, element, code, trouble, passing, visit)
    else:
        stimulus = Finished(token, element, {asked["result"]: {"status": status, "body": _read(found)}}, visit)
    running.answered(instance, stimulus, at=at)


def log_of(instance: Instance) -> list[WebCall]:
    """The calls for what the instance works for, the processes that it calls included; the newest first."""
    whose = {"instance__subject": instance.subject} if instance.subject else {"instance": instance}
    return list(WebCall.objects.filter(**whose).order_by("-id")[:LISTED])


def _headers(asked: Mapping[str, Any], host: str) -> dict[str, str]:
    found = {"Accept": "application/json", "User-Agent": "Sira"}
    if asked["body"]:
        found["Content-Type"] = "application/json"
    meant, _space, secret = str(settings.CALL_TOKENS.get(asked["token"].upper(), "")).partition(" ")
    if secret.strip() and meant == host:
        found["Authorization"] = f"Bearer {secret.strip()}"
    return found


def _read(given: bytes) -> Any:
    text = given.decode("utf-8", "replace").replace("\x00", "")
    try:
        return json.loads(text) if text.strip() else None
    except (ValueError, RecursionError):
        return text
