"""The shapes that carry a state before its colour does, drawn on a 10 x 10 grid, as ready inline SVG."""

from django.utils.safestring import SafeString, mark_safe

RING = '<circle cx="5" cy="5" r="4" fill="none" stroke="currentColor" stroke-width="1.6"/>'
DISC = '<circle cx="5" cy="5" r="5" fill="currentColor"/>'


def _shape(name: str, inside: str) -> SafeString:
    return mark_safe(
        f'<svg class="shape" data-shape="{name}" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">'
        f"{inside}</svg>"
    )


def _cut(inside: str) -> str:
    """A sign cut out of a full disc, so that the ground shows through."""
    return f'<path fill="currentColor" fill-rule="evenodd" d="M5 0a5 5 0 1 1 0 10A5 5 0 0 1 5 0z{inside}"/>'


SHAPES: dict[str, SafeString] = {
    name: _shape(name, inside)
    for name, inside in {
        # Priority.
        "diamond": '<path d="M5 0l5 5-5 5-5-5z" fill="currentColor"/>',
        "triangle": '<path d="M5 .8l5 8.6H0z" fill="currentColor"/>',
        "square": '<path d="M.8.8h8.4v8.4H.8z" fill="currentColor"/>',
        "ring": RING,
        # Promise: a clock face whose used part is filled.
        "quarter": RING + '<path d="M5 5V2.2A2.8 2.8 0 0 1 7.8 5z" fill="currentColor"/>',
        "three-quarter": _cut("M4.9 1.3v3.6H1.4A3.7 3.7 0 0 1 4.9 1.3z"),
        "cross-disc": _cut("M3.6 2.7l-.9.9L4.1 5 2.7 6.4l.9.9L5 5.9l1.4 1.4.9-.9L5.9 5l1.4-1.4-.9-.9L5 4.1z"),
        "tick-disc": _cut("M4.3 7.5L2 5.2l.9-.9 1.4 1.4 2.8-2.9.9.9z"),
        "bars": '<path d="M1.4.8h2.4v8.4H1.4zM6.2.8h2.4v8.4H6.2z" fill="currentColor"/>',
        # Presence.
        "disc": DISC,
        "disc-bar": _cut("M2.2 4.2h5.6v1.6H2.2z"),
        "dashed-ring": '<circle cx="5" cy="5" r="4" fill="none" stroke="currentColor" stroke-width="1.6" '
        'stroke-dasharray="1.6 1.54"/>',
        # Lint and plain refusals.
        "cross": '<path d="M1.9 1l3.1 3.1L8.1 1l.9.9L5.9 5 9 8.1l-.9.9L5 5.9 1.9 9 1 8.1 4.1 5 1 1.9z"'
        ' fill="currentColor"/>',
    }.items()
}
