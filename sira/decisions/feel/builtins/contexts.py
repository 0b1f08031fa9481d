"""Context functions (10.3.4.9 and 10.3.4.10)."""

from __future__ import annotations

from typing import Any

from sira.decisions.feel.builtins.registry import built_in
from sira.decisions.feel.limits import check_items


@built_in("get value", "m: context", "key: string")
def get_value(context: dict[str, Any], key: str) -> Any:
    return context.get(key)


@built_in("get value", "context: context", "keys: list")
def get_value_at(context: dict[str, Any], keys: list[Any]) -> Any:
    value: Any = context
    for key in keys:
        value = value.get(key) if isinstance(value, dict) and isinstance(key, str) else None
    return value


@built_in("get entries", "m: context")
def get_entries(context: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in context.items()]


@built_in("context", "entries: list")
def context_of(entries: list[Any]) -> dict[str, Any] | None:
    """A context from [{key: ..., value: ...}]; null if an entry is no such context or a key comes twice."""
    built: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry or not isinstance(entry.get("key"), str):
            return None
        if entry["key"] in built:
            return None
        built[entry["key"]] = entry["value"]
    return built


@built_in("context put", "context: context", "key: string", "value: any?")
def context_put(context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    return check_items({**context, key: value})


@built_in("context put", "context: context", "keys: list", "value: any?")
def context_put_at(context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any] | None:
    """The context with the value at a path of keys; contexts that are missing on the way are made."""
    if not keys or not all(isinstance(key, str) for key in keys):
        return None
    return _put(context, keys, value)


def _put(context: Any, keys: list[str], value: Any) -> dict[str, Any] | None:
    built: dict[str, Any] = {}
    top, inner = built, context
    for key in keys[:-1]:
        if not isinstance(inner, dict):
            return None
        built.update(inner)
        built[key] = {}
        built, inner = built[key], inner.get(key, {})
    if not isinstance(inner, dict):
        return None
    built.update(inner)
    built[keys[-1]] = value
    return check_items(top)


@built_in("context merge", "contexts: list")
def context_merge(contexts: list[Any]) -> dict[str, Any] | None:
    merged: dict[str, Any] = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        merged.update(context)
    return check_items(merged)
