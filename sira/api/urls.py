"""/api/v1: the desk for programs."""

from ninja import NinjaAPI

from sira.api import approvals, attachments, figures, messages, people, problems, tasks, tickets
from sira.api.auth import Bearer

api = NinjaAPI(
    title="Sira",
    version="1",
    auth=Bearer(),
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api-v1",
    description="Tickets, approvals, tasks, attachments, people. Errors are problem details; lists page by cursor.",
)
api.add_router("tickets", tickets.router)
api.add_router("approvals", approvals.router)
api.add_router("tasks", tasks.router)
api.add_router("attachments", attachments.router)
api.add_router("people", people.router)
api.add_router("messages", messages.messages)
api.add_router("signals", messages.signals)
api.add_router("figures", figures.router)
problems.register(api)
