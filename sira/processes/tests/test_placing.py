"""A drawing without coordinates is laid out, so that nobody looks at an empty sheet."""

import re
from time import process_time

from sira.processes.bpmn.placing import placed
from sira.processes.bpmn.reading import read
from sira.processes.tests.drawing import border, drawing, end, gate, start, subprocess, timer, user

SECONDS = 20  # of CPU, for what takes one or two on a quiet machine
SHAPE = re.compile(
    r'BPMNShape [^>]*bpmnElement="(\w+)"[^>]*><dc:Bounds x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"'
)


def boxes(source):
    return {key: tuple(map(int, numbers)) for key, *numbers in SHAPE.findall(source)}


def apart(one, other):
    (x, y, wide, high), (left, top, width, height) = one, other
    return x + wide <= left or left + width <= x or y + high <= top or top + height <= y


ROUND = drawing(
    start(), user("work"), user("test"), gate("fine"), end(), end("never"),
    ways="start > work > test > fine; fine > end if fine; fine > work otherwise",
)  # fmt: skip


def test_every_step_and_arrow_gets_a_place_of_its_own_from_left_to_right():
    shown = placed(ROUND)
    found = boxes(shown)
    assert sorted(found) == ["end", "fine", "never", "start", "test", "work"]
    assert all(apart(found[one], found[other]) for one in found for other in found if one < other)
    assert found["start"][0] < found["work"][0] < found["test"][0] < found["fine"][0] < found["end"][0]
    assert shown.count("BPMNEdge id") == 5 and read(shown).processes() == read(ROUND).processes()


def test_what_a_sub_process_holds_lies_in_it_and_what_hangs_on_a_border_touches_it():
    inner = subprocess("inner", start("in"), user("work"), end("out"), ways="in > work > out")
    late = border("late", "inner", timer("PT1H"))
    found = boxes(placed(drawing(start(), inner, late, end(), ways="start > inner > end; late > end")))
    x, y, wide, high = found["inner"]
    for key in ("in", "work", "out"):
        left, top, width, height = found[key]
        assert x < left and left + width < x + wide and y < top and top + height < y + high
    assert not apart(found["late"], found["inner"])


def test_a_drawing_that_has_coordinates_stays_as_it_is_and_an_empty_diagram_is_filled():
    shown = placed(ROUND)
    assert placed(shown) == shown
    di = "http://www.omg.org/spec/BPMN/20100524/DI"
    empty = ROUND.replace("</bpmn:definitions>", f'<BPMNDiagram xmlns="{di}" id="d"/></bpmn:definitions>')
    assert boxes(placed(empty)) == boxes(shown) and placed(empty).count("BPMNDiagram xmlns") == 1


def test_a_remark_behind_the_drawing_hides_no_coordinates():
    shown = placed(f"{ROUND}<!-- </bpmn:definitions -->")
    assert re.search(r"</bpmn:definitions>\s*\Z", shown) and boxes(shown) == boxes(placed(ROUND))


def test_a_drawing_of_thousands_of_steps_is_laid_out_soon():
    many = [f"s{number}" for number in range(5_000)]
    source = drawing(start(), *map(user, many), ways="; ".join(f"start > {key}" for key in many))
    begun = process_time()
    assert len(boxes(placed(source))) == 5_001
    assert process_time() - begun < SECONDS
