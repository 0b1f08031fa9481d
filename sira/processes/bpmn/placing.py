"""Coordinates for a drawing that has none, as tools write it that think of nothing but what runs: left to right."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, zip_longest
from xml.sax.saxutils import quoteattr

from sira.processes.bpmn.compiling import choose
from sira.processes.bpmn.particulars import local_id
from sira.processes.bpmn.reading import Element, read
from sira.processes.bpmn.writing import write

GAP_X, GAP_Y, EDGE = 60, 40, 40
SMALL, GATE, STEP = (36, 36), (50, 50), (112, 80)
Point = tuple[int, int]


@dataclass(slots=True)
class Level:
    """What one process or sub-process holds, and where it lies in it. size: of all of it."""

    boxes: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    arrows: list[tuple[str, list[Point]]] = field(default_factory=list)
    expanded: set[str] = field(default_factory=set)
    size: tuple[int, int] = (0, 0)


def placed(source: str, key: str = "") -> str:
    """The drawing with coordinates; as it is, where it has any. Raises NotReadable."""
    if "BPMNShape" in source:
        return source
    definitions = read(source)
    process = choose(definitions, key)
    if process is None:
        return source
    content = definitions.root.content
    content[:] = [part for part in content if not (isinstance(part, Element) and part.local == "BPMNDiagram")]
    definitions.after.clear()  # a remark behind the root may hold what looks like its end
    bare, close, end = write(definitions).rpartition("</")
    return f"{bare}{''.join(_written(process, _level(process)))}{close}{end}"


def _level(holder: Element) -> Level:
    steps = {one.id: one for one in holder.children() if one.id and any(_size(one))}
    flows = [
        (one.id, one.get("sourceRef"), one.get("targetRef"))
        for one in holder.children("sequenceFlow")
        if one.get("sourceRef") in steps and one.get("targetRef") in steps
    ]
    inner = {key: _level(one) for key, one in steps.items() if one.local in HOLDING}
    sizes = {key: inner[key].size if key in inner else _size(one) for key, one in steps.items()}
    hosts = {key: local_id(one.get("attachedToRef")) for key, one in steps.items() if one.local == "boundaryEvent"}
    level = Level(expanded=set(inner))
    _put(level, _columns(steps, flows, hosts), sizes)
    _put_on_borders(level, hosts)
    level.arrows = [(flow, _way(level, source, target)) for flow, source, target in flows]
    for key, within in inner.items():
        _take_in(level, within, level.boxes[key][:2])
    lowest = max((y + high for _x, y, _wide, high in level.boxes.values()), default=0)
    furthest = max((x + wide for x, _y, wide, _high in level.boxes.values()), default=0)
    bent = max((y for _flow, points in level.arrows for _x, y in points), default=0)
    level.size = (furthest + EDGE, max(lowest, bent) + EDGE)
    return level


HOLDING = ("subProcess", "transaction", "adHocSubProcess")


def _size(element: Element) -> tuple[int, int]:
    """What is no step has none."""
    if element.local.endswith("Event"):
        return SMALL
    if element.local.endswith("Gateway"):
        return GATE
    is_step = element.local.endswith(("Task", "task")) or element.local in ("callActivity", *HOLDING)
    return STEP if is_step else (0, 0)


def _columns(steps: dict[str, Element], flows: list[tuple[str, str, str]], hosts: dict[str, str]) -> list[list[str]]:
    """Steps by how many arrows they are from where it begins; what hangs on a border begins beside its host."""
    after: dict[str, list[str]] = {}
    for _flow, source, target in flows:
        after.setdefault(hosts.get(source, source), []).append(target)
    reached = {target for _flow, _source, target in flows}
    begins = [key for key in steps if key not in reached and key not in hosts]
    far: dict[str, int] = {}
    for begun in (begins, [key for key in steps if key not in hosts]):
        open_ = deque(begun)
        for key in begun:
            far.setdefault(key, 0)
        while open_:
            key = open_.popleft()
            for target in after.get(key, ()):
                if target not in far:
                    far[target] = far[key] + 1
                    open_.append(target)
    columns: list[list[str]] = [[] for _column in range(max(far.values(), default=-1) + 1)]
    for key, column in far.items():
        columns[column].append(key)
    return columns


def _put(level: Level, columns: list[list[str]], sizes: dict[str, tuple[int, int]]) -> None:
    high = [max(sizes[key][1] for key in row if key) for row in zip_longest(*columns, fillvalue="")]
    tops = [EDGE + top + GAP_Y * row for row, top in enumerate(accumulate(high, initial=0))]
    x = EDGE
    for keys in columns:
        wide = max(sizes[key][0] for key in keys)
        for key, top, room in zip(keys, tops, high, strict=False):
            width, height = sizes[key]
            level.boxes[key] = (x + (wide - width) // 2, top + (room - height) // 2, width, height)
        x += wide + GAP_X


def _put_on_borders(level: Level, hosts: dict[str, str]) -> None:
    taken: dict[str, int] = {}
    for key, host in hosts.items():
        x, y, _width, height = level.boxes.get(host, (EDGE, 0, 0, EDGE))
        level.boxes[key] = (x + 10 + 42 * taken.get(host, 0), y + height - SMALL[1] // 2, *SMALL)
        taken[host] = taken.get(host, 0) + 1


def _way(level: Level, source: str, target: str) -> list[Point]:
    """To the right through the gap before the target; back, or down from a border, below both."""
    x, y, width, height = level.boxes[source]
    to_x, to_y, to_width, to_height = level.boxes[target]
    if to_x < x + width:
        below = max(y + height, to_y + to_height) + GAP_Y // 2
        middle, to_middle = x + width // 2, to_x + to_width // 2
        return [(middle, y + height), (middle, below), (to_middle, below), (to_middle, to_y + to_height)]
    begin, end, bend = (x + width, y + height // 2), (to_x, to_y + to_height // 2), to_x - GAP_X // 2
    return [begin, end] if begin[1] == end[1] else [begin, (bend, begin[1]), (bend, end[1]), end]


def _take_in(level: Level, within: Level, corner: Point) -> None:
    left, top = corner
    level.boxes |= {key: (x + left, y + top, width, height) for key, (x, y, width, height) in within.boxes.items()}
    level.arrows += [(flow, [(x + left, y + top) for x, y in points]) for flow, points in within.arrows]
    level.expanded |= within.expanded


def _written(process: Element, level: Level) -> Iterator[str]:
    yield (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"'
        ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"'
        f' id="placed_diagram"><di:BPMNPlane id="placed_plane" bpmnElement={quoteattr(process.id)}>'
    )
    for number, (key, (x, y, width, height)) in enumerate(level.boxes.items()):
        expanded = ' isExpanded="true"' if key in level.expanded else ""
        yield (
            f'<di:BPMNShape id="placed_shape_{number}" bpmnElement={quoteattr(key)}{expanded}>'
            f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></di:BPMNShape>'
        )
    for number, (key, points) in enumerate(level.arrows):
        bends = "".join(f'<dd:waypoint x="{x}" y="{y}"/>' for x, y in points)
        yield f'<di:BPMNEdge id="placed_edge_{number}" bpmnElement={quoteattr(key)}>{bends}</di:BPMNEdge>'
    yield "</di:BPMNPlane></di:BPMNDiagram>"
