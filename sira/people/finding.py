"""People found by how their name or address begins."""

from django.db import connection

# A word of the name may begin so, not only the first.  Two questions, since one over both tables would join them whole.
_BEGINNING = """
    SELECT id FROM people_person WHERE ' ' || upper(name) LIKE '%% ' || upper(%s) || '%%'
     UNION
    SELECT person_id FROM people_address WHERE kind IN ('mail', 'phone', 'handle') AND value LIKE %s
     ORDER BY 1 LIMIT %s
"""


def beginning_with(typed: str, *, most: int) -> list[int]:
    """Keys of people a word of whose name, or an address, begins with what was typed; the oldest first."""
    plain = typed.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with connection.cursor() as cursor:
        cursor.execute(_BEGINNING, [plain, f"{plain.lower()}%", most])
        return [key for (key,) in cursor.fetchall()]
