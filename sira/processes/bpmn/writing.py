"""A drawing back to XML: the same elements, attributes, texts and remarks that were read."""

from collections.abc import Iterator

from sira.processes.bpmn.reading import Definitions, Element, Remark

TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})


def write(definitions: Definitions) -> str:
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    parts += (f"{_remark(remark)}\n" for remark in definitions.before)
    parts += _element(definitions.root)
    parts += (f"\n{_remark(remark)}" for remark in definitions.after)
    return "".join(parts) + "\n"


def _element(element: Element) -> Iterator[str]:
    attributes = "".join(f' {name}="{value.translate(ATTRIBUTE)}"' for name, value in element.attributes.items())
    if not element.content:
        yield f"<{element.name}{attributes}/>"
        return
    yield f"<{element.name}{attributes}>"
    for part in element.content:
        if isinstance(part, str):
            yield part.translate(TEXT)
        elif isinstance(part, Remark):
            yield _remark(part)
        else:
            yield from _element(part)
    yield f"</{element.name}>"


def _remark(remark: Remark) -> str:
    if remark.target:
        return f"<?{remark.target} {remark.text}?>".replace(" ?>", "?>")
    return f"<!--{remark.text}-->"
