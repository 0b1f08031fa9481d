"""Drawings as Camunda Modeler writes them: opened, kept as they are, and told what cannot be done here."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sira.processes.models import ProcessVersion
from sira.studio.shelves import SHELVES

# Camunda 8: a user task with a form and an assignee, an exclusive gateway with FEEL, a timer at the task, a job worker.
MODELER = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_1"
  targetNamespace="http://bpmn.io/schema/bpmn" exporter="Camunda Modeler" exporterVersion="5.30.0"
  modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0">
  <bpmn:process id="Process_leave" name="Leave" isExecutable="true">
    <bpmn:extensionElements><zeebe:userTaskForm id="f">{}</zeebe:userTaskForm></bpmn:extensionElements>
    <bpmn:startEvent id="StartEvent_1"><bpmn:outgoing>Flow_1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="Flow_1" sourceRef="StartEvent_1" targetRef="Activity_ok" />
    <bpmn:userTask id="Activity_ok" name="Agree">
      <bpmn:extensionElements>
        <zeebe:userTask />
        <zeebe:assignmentDefinition candidateGroups="it" />
        <zeebe:ioMapping><zeebe:output source="=agreed" target="agreed" /></zeebe:ioMapping>
      </bpmn:extensionElements>
      <bpmn:incoming>Flow_1</bpmn:incoming><bpmn:outgoing>Flow_2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="Event_late" attachedToRef="Activity_ok">
      <bpmn:outgoing>Flow_late</bpmn:outgoing>
      <bpmn:timerEventDefinition id="t"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P2D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:exclusiveGateway id="Gateway_1" default="Flow_no"><bpmn:incoming>Flow_2</bpmn:incoming></bpmn:exclusiveGateway>
    <bpmn:sequenceFlow id="Flow_2" sourceRef="Activity_ok" targetRef="Gateway_1" />
    <bpmn:sequenceFlow id="Flow_yes" name="yes" sourceRef="Gateway_1" targetRef="End_yes">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=agreed = true</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="Flow_no" sourceRef="Gateway_1" targetRef="End_no" />
    <bpmn:sequenceFlow id="Flow_late" sourceRef="Event_late" targetRef="End_no" />
    <bpmn:endEvent id="End_yes" /><bpmn:endEvent id="End_no" />%s
  </bpmn:process>
  <bpmndi:BPMNDiagram id="BPMNDiagram_1"><bpmndi:BPMNPlane id="BPMNPlane_1" bpmnElement="Process_leave">
    <bpmndi:BPMNShape id="s" bpmnElement="StartEvent_1"><dc:Bounds x="180" y="100" width="36" height="36" /></bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""  # noqa: E501
WORKER = """
    <bpmn:serviceTask id="Activity_job" name="Book it"><bpmn:extensionElements><zeebe:taskDefinition type="book-leave" /></bpmn:extensionElements>
    </bpmn:serviceTask>"""  # noqa: E501


def brought_in(client, text):
    file = SimpleUploadedFile("leave.bpmn", text.encode(), "application/xml")
    return client.post("/studio/processes/import/", {"file": file})


def test_a_drawing_from_camunda_modeler_opens_stays_as_it_is_and_can_be_published(ada):
    text = MODELER % ""
    assert brought_in(ada, text).status_code == 302
    row = ProcessVersion.objects.get(key="Process_leave")
    assert row.source == text
    assert ada.get("/studio/processes/Process_leave/").status_code == 200
    assert [one for one in SHELVES["processes"].problems(row.key, text) if one.stops] == []
    assert ada.post(f"/studio/processes/{row.key}/{row.version}/publish/", {"base": row.digest}).status_code == 302


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-9"])
def test_a_file_in_another_encoding_is_brought_in_and_given_out_as_utf_8(ada, encoding):
    text = (
        (MODELER % "")
        .replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
        .replace("Agree", "Onayı")
    )
    file = SimpleUploadedFile("leave.bpmn", text.encode(encoding), "application/xml")
    assert ada.post("/studio/processes/import/", {"file": file}).status_code == 302
    row = ProcessVersion.objects.get(key="Process_leave")
    given = ada.get(f"/studio/processes/Process_leave/{row.version}/export/").content
    assert given.startswith(b'<?xml version="1.0" encoding="UTF-8"?>') and "Onayı".encode() in given


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"PK\x03\x04\xff",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b'<?xml version="1.0" encoding="punycode"?><a/>-',
    ],
)
def test_a_file_that_is_no_text_is_refused_as_such(ada, content):
    page = ada.post("/studio/processes/import/", {"file": SimpleUploadedFile("leave.bpmn", content)})
    assert page.status_code == 422 and "The file is no text that can be read." in page.content.decode()


def test_a_job_that_nobody_does_here_is_named_and_the_drawing_kept(ada):
    text = (MODELER % WORKER).replace('targetRef="End_yes"', 'targetRef="Activity_job"')
    text = text.replace(
        '<bpmn:endEvent id="End_yes" />',
        '<bpmn:endEvent id="End_yes" /><bpmn:sequenceFlow id="Flow_j" sourceRef="Activity_job" targetRef="End_yes" />',
    )
    assert brought_in(ada, text).status_code == 302
    page = ada.get("/studio/processes/Process_leave/").content.decode()
    assert "nothing here does the task type “book-leave”" in page and "Book it" in page


def test_a_drawing_without_coordinates_is_shown_laid_out_and_kept_as_it_came(ada):
    text = MODELER % ""
    bare = text[: text.index("  <bpmndi:BPMNDiagram")] + "</bpmn:definitions>\n"
    assert brought_in(ada, bare).status_code == 302
    row = ProcessVersion.objects.get(key="Process_leave")
    page = ada.get("/studio/processes/Process_leave/").content.decode()
    assert row.source == bare and "placed_diagram" in page
