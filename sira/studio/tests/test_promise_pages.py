"""Contracts and plans of marks by page."""

from datetime import UTC, datetime

from sira.people.models import Organisation
from sira.promises.models import Contract, WarningPlan
from sira.promises.planned import read


def a_plan(**more) -> dict[str, object]:
    given = {"key": "gold", "name": "Gold", "when_0": "percent", "amount_0": "50", "actions_0": ["agent", "lead"]}
    return {**given, "when_1": "after", "amount_1": "30", "actions_1": ["manager", "raise_priority"], **more}


def test_a_plan_is_written_changed_and_kept_in_editions(ada):
    assert ada.post("/studio/promises/new/", a_plan()).status_code == 302
    plan = WarningPlan.objects.get()
    assert [(mark.when, mark.amount, mark.actions) for mark in read(plan.marks)] == [
        ("percent", 50, ("agent", "lead")),
        ("after", 30, ("manager", "raise_priority")),
    ]
    assert ada.get("/studio/promises/gold/").status_code == 200
    ada.post("/studio/promises/gold/", a_plan(amount_0="60"))
    assert list(WarningPlan.objects.order_by("number").values_list("number", "is_current")) == [(1, False), (2, True)]


def test_half_a_mark_is_refused_and_what_was_typed_is_kept(ada):
    shown = ada.post("/studio/promises/new/", a_plan(when_2="before", amount_2="15"))
    assert shown.status_code == 422
    assert 'value="15' in shown.content.decode() and not WarningPlan.objects.exists()
    assert ada.post("/studio/promises/new/", a_plan(amount_0="900")).status_code == 422


def test_a_contract_is_agreed_and_taken_out(ada):
    halden = Organisation.objects.create(name="Halden", kind="customer")
    way = f"/studio/organisations/{halden.pk}/contracts/"
    given = {"name": "2026", "level": "gold", "first_day": "2026-01-01", "last_day": "2026-12-31"}
    assert ada.post(f"{way}new/", given).status_code == 302
    contract = Contract.objects.get()
    assert (contract.starts_at, contract.ends_at) == (
        datetime(2025, 12, 31, 23, tzinfo=UTC),
        datetime(2026, 12, 31, 23, tzinfo=UTC),
    )
    assert "2026" in ada.get("/studio/promises/").content.decode()
    assert ada.post(f"{way}{contract.pk}/", {**given, "last_day": "2025-01-01"}).status_code == 422
    assert ada.get(f"{way}{contract.pk}/").status_code == 200
    ada.post(f"{way}{contract.pk}/withdraw/")
    assert not Contract.objects.exists()


def test_only_administrators_come_here(desk, client):
    client.force_login(desk.jonas)
    assert client.get("/studio/promises/").status_code == 403
