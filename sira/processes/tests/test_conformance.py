"""The command for drawings of other tools, on files of our own."""

import json

from sira.processes.conformance import main
from sira.processes.tests.drawing import drawing, end, node, start, user


def test_it_says_what_ran_what_was_refused_and_what_was_no_drawing(tmp_path, capsys):
    (tmp_path / "good.bpmn").write_text(drawing(start(), user("work"), end(), ways="start > work > end"))
    (tmp_path / "refused.bpmn").write_text(drawing(start(), node("serviceTask", "x"), end(), ways="start > x > end"))
    (tmp_path / "broken.bpmn").write_text("<not xml")
    assert main([str(tmp_path)]) == 1
    broken, good, refused = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert not broken["opened"] and "not well-formed" in broken["why"]
    assert good["processes"] == [{"process": "p", "run": True, "ended": True, "steps": 4}]
    assert refused["equal"] and "Service task “X”: no task type is chosen" in refused["processes"][0]["refused"][0]


def test_a_folder_that_is_not_there_is_said_so(capsys):
    assert main(["/nowhere"]) == 2 and "usage" in capsys.readouterr().err
