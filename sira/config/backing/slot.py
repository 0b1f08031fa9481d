"""The slot by which the database server keeps its log until the archive has it. Its name is the receiver's too."""

from datetime import datetime

from django.db import connection

SLOT = "sira_archive"


def keeps_its_place(piece_ends: int) -> bool:
    """Whether the log is still there from the piece on that the archive needs next.

    piece_ends: where that piece ends. The slot may have gone on with another folder meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wal_status <> 'lost' AND restart_lsn - '0/0' < %s FROM pg_replication_slots WHERE slot_name = %s",
            [piece_ends, SLOT],
        )
        return cursor.fetchone() == (True,)


def begin() -> datetime:
    """From now on the log is kept."""
    let_go()
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() FROM pg_create_physical_replication_slot(%s, true)", [SLOT])
        at: datetime = cursor.fetchone()[0]
        return at


def let_go() -> None:
    """Where no archive is kept any more, the server need keep no log for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s AND NOT active",
            [SLOT],
        )
