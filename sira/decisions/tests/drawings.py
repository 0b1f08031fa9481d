"""Small drawings for tests."""

from html import escape

DMN = 'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"'


def drawing(name: str, text: str, *, inputs: tuple[str, ...] = ()) -> str:
    """A drawing with one decision that is one expression."""
    data = "".join(f'<inputData id="{one}" name="{one}"><variable name="{one}"/></inputData>' for one in inputs)
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{one}"/></informationRequirement>' for one in inputs
    )
    return (
        f'<definitions {DMN} name="{name}" namespace="urn:test">{data}'
        f'<decision id="d" name="{name}">{needs}<literalExpression><text>{escape(text)}</text></literalExpression>'
        "</decision></definitions>"
    )


def table(
    inputs: dict[str, str],
    rules: list[tuple[str, ...]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    allowed: str = "",
    default: str = "",
) -> str:
    """A drawing with one table named Priority. inputs: label -> input name. rules: cells, result, annotation."""
    data = "".join(f'<inputData id="{one}" name="{one}"/>' for one in inputs.values())
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{one}"/></informationRequirement>' for one in inputs.values()
    )
    columns = "".join(
        f'<input label="{label}"><inputExpression><text>{one}</text></inputExpression></input>'
        for label, one in inputs.items()
    )
    values = f"<outputValues><text>{escape(allowed)}</text></outputValues>" if allowed else ""
    values += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    rows = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in rule[: len(inputs)])
        + f"<outputEntry><text>{escape(rule[len(inputs)])}</text></outputEntry>"
        + "".join(f"<annotationEntry><text>{escape(note)}</text></annotationEntry>" for note in rule[len(inputs) + 1 :])
        + "</rule>"
        for rule in rules
    )
    aggregate = f' aggregation="{aggregation}"' if aggregation else ""
    return (
        f'<definitions {DMN} name="Priority" namespace="urn:test">{data}<decision id="d" name="Priority">{needs}'
        f'<decisionTable hitPolicy="{policy}"{aggregate}>{columns}<output name="Level">{values}</output>{rows}'
        "</decisionTable></decision></definitions>"
    )


def priority_table(otherwise: str = "P3") -> str:
    return table(
        {"Impact": "impact", "Urgency": "urgency"},
        [
            ('"high"', '"high"', '"P1"'),
            ('"high"', 'not("high")', '"P2"', "One side only"),
            ('"low"', "-", f'"{otherwise}"'),
        ],
    )
