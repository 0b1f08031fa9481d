"""/api/v1: the desk for programs. Loaded with the first call of each process (see sira.config.urls)."""

from sira.api import (
    acting,
    approvals,
    article_texts,
    articles,
    aside,
    attachments,
    dates,
    dealing,
    drawings,
    fairness,
    figures,
    finding,
    further,
    held,
    hooks,
    house,
    incidents,
    keys,
    mail,
    mails,
    messages,
    offered,
    people,
    personal_data,
    plans,
    profile,
    promises,
    refusing,
    roles,
    shifts,
    sorting,
    steps,
    tasks,
    telling,
    tickets,
)
from sira.api.auth import Bearer
from sira.api.describing import DescribedAPI

api = DescribedAPI(
    title="Sira",
    version="1",
    auth=Bearer(),
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api-v1",
    description="What agents do, and what administrators set up. Errors are problem details; lists page by cursor.",
)
api.add_router("tickets", tickets.router)
api.add_router("tickets", steps.router)
api.add_router("tickets", acting.router)
api.add_router("tickets", aside.router)
api.add_router("tickets", telling.router)
api.add_router("approvals", approvals.router)
api.add_router("tasks", tasks.router)
api.add_router("attachments", attachments.router)
api.add_router("people", people.router)
api.add_router("messages", messages.messages)
api.add_router("signals", messages.signals)
api.add_router("figures", figures.router)
api.add_router("drawings", drawings.router)
api.add_router("webhooks", hooks.router)
api.add_router("", house.router)
api.add_router("", personal_data.router)
api.add_router("", roles.router)
api.add_router("", dates.router)
api.add_router("", keys.router)
api.add_router("", fairness.router)
api.add_router("", held.router)
for one in (sorting, promises, mail, offered, dealing, plans, shifts, finding, articles, article_texts, profile, mails):
    api.add_router("", one.router)
api.add_router("incidents", incidents.router)
for prefix, more in further.routers():
    api.add_router(prefix, more)
refusing.register(api)

urlpatterns, _kind, _space = api.urls
