"""Drawings as they are kept: drafts, the published one of each key, and those that only old instances still need."""

import hashlib
from datetime import datetime
from functools import lru_cache

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.plumbing import settled
from sira.processes import beginnings, blocks
from sira.processes.bpmn import foreign
from sira.processes.bpmn.compiling import choose, compile_process, examine
from sira.processes.bpmn.findings import Finding
from sira.processes.bpmn.graph import Graph
from sira.processes.bpmn.particulars import names_of
from sira.processes.bpmn.reading import Element, read
from sira.processes.models import ProcessVersion
from sira.processes.refusals import NoSuchProcess, NotRunnable


def graph_of(version: int) -> Graph:
    """A version's graph; kept, because a version that runs never changes. One fleet may serve several databases."""
    settings = connection.settings_dict
    return _graph((settings["HOST"], settings["NAME"], version), version)


@lru_cache(maxsize=512)
def _graph(_of: tuple[str, str, int], version: int) -> Graph:
    """What was published once runs on, also where publishing it would be refused by now."""
    found = ProcessVersion.objects.only("source", "key").get(pk=version)
    graph, findings = examine(read(found.source), found.key)
    if graph is None:
        raise NotRunnable(findings.stopping)
    return graph


def published(key: str) -> int:
    """The id of the version that new instances run on. Raises NoSuchProcess."""
    found = settled.one("SELECT id FROM processes_processversion WHERE key = %s AND status = 'published'", [key])
    if found is None:
        raise NoSuchProcess(key=key)
    return int(found[0])


def bound(key: str, binding: str, tag: str, caller: int) -> int:
    """The version that a caller means. binding: latest, deployment (published when the caller's version was), or
    versionTag (the newest that once ran under that name or number). Raises NoSuchProcess."""
    if binding == "deployment":
        moment = ProcessVersion.objects.values_list("published_at", flat=True).get(pk=caller)
        ever = ProcessVersion.objects.filter(key=key, published_at__isnull=False)
        found = ever.filter(published_at__lte=moment).order_by("-published_at", "-version").first()
        found = found or ever.order_by("published_at", "version").first()
    elif binding == "versionTag":
        ever = ProcessVersion.objects.filter(key=key, published_at__isnull=False).order_by("-version")
        found = ever.filter(tag=tag).first() or (ever.filter(version=int(tag)).first() if tag.isdecimal() else None)
    else:
        return published(key)
    if found is None:
        raise NoSuchProcess(key=key)
    return found.pk


def check(source: str, key: str = "") -> list[Finding]:
    """All that stands against the drawing, then what may be a mistake. Raises NotReadable."""
    definitions = read(source)
    graph, findings = examine(definitions, key)
    if graph is not None:
        unknown = set(blocks.known())
        for node in graph.nodes.values():
            if node.task_type and node.task_type not in unknown:
                reason = _("nothing here does the task type “%(type)s”") % {"type": node.task_type}
                findings.append(Finding(node.id, node.element, node.name, reason))
            findings += (Finding(node.id, node.element, node.name, words) for words in blocks.findings_of(node))
    process = choose(definitions, key)
    if process is not None:
        foreign.look(definitions.root, process, findings)
    return findings


@transaction.atomic
def draft(source: str, *, key: str = "", by: Person | None = None, at: datetime) -> ProcessVersion:
    """Keep a drawing as the newest version, runnable or not. Raises NotReadable, NotRunnable without any process."""
    process = choose(read(source), key)
    if process is None:
        raise NotRunnable(check(source, key))
    ProcessVersion.objects.select_for_update().filter(key=process.id).order_by("-version").first()
    _graph.cache_clear()  # a database that was set back gives the same ids again
    newest = ProcessVersion.objects.filter(key=process.id).aggregate(newest=Max("version"))["newest"] or 0
    return ProcessVersion.objects.create(
        key=process.id,
        version=newest + 1,
        name=process.title,
        names=names_of(process),
        source=source,
        digest=digest(source),
        created_at=at,
        by=by,
    )


@transaction.atomic
def publish(version: ProcessVersion, *, by: Person | None = None, at: datetime) -> ProcessVersion:
    """New instances run on this version from now on; running ones stay on theirs. Raises NotRunnable."""
    stopping = [finding for finding in check(version.source, version.key) if finding.stops]
    if stopping:
        raise NotRunnable(stopping)
    others = ProcessVersion.objects.select_for_update(no_key=True).filter(key=version.key)
    others.filter(status=ProcessVersion.Status.PUBLISHED).update(status=ProcessVersion.Status.RETIRED)
    version.status, version.published_at, version.by = ProcessVersion.Status.PUBLISHED, at, by or version.by
    definitions = read(version.source)
    version.tag = tag_of(choose(definitions, version.key))
    version.save(update_fields=["status", "published_at", "by", "tag"])
    beginnings.take_over(version, compile_process(definitions, version.key), at=at)
    return version


def tag_of(process: Element | None) -> str:
    """The name that the drawing gives its version, so that callers can be bound to it."""
    tag = process.extension("versionTag") if process else None
    return tag.get("value")[:80] if tag else ""


@transaction.atomic
def install(source: str, *, key: str = "", by: Person | None = None, at: datetime) -> ProcessVersion:
    """Publish a drawing that comes as a file, unless this very text is the published one. Raises NotRunnable."""
    process = choose(read(source), key)
    if process is not None:
        same = ProcessVersion.objects.filter(key=process.id, digest=digest(source))
        for found in same.filter(status=ProcessVersion.Status.PUBLISHED):
            return found
    return publish(draft(source, key=key, by=by, at=at), by=by, at=at)


@transaction.atomic
def retire(key: str) -> None:
    """No new instance of this process; running ones go on."""
    published_now = ProcessVersion.objects.filter(key=key, status=ProcessVersion.Status.PUBLISHED)
    beginnings.forget(key)
    published_now.update(status=ProcessVersion.Status.RETIRED)


def digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
