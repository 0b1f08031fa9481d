"""Text that has to fit on one line: of a list, of a header of a mail, of a terminal."""

import re

# C0, DEL, C1, and the two separators of Unicode. Signs that steer the direction of writing stay: Persian needs them.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    return " ".join(CONTROLS.sub(" ", text).split())
