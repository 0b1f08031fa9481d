"""The account of the database that web and worker ask under: it reads and writes rows, and owns nothing.

So whatever they are made to ask, no table goes, no trigger of a gate or of the audit trail sleeps, and no function is
put in another's place. Nor is a table of the session's own, which every function would find first: it may make none.
"""

from django.conf import settings
from django.db import connection, connections, transaction
from psycopg.sql import SQL, Identifier

from sira.plumbing.postgres_server import ACCOUNT

# Its rights, and those on what later versions make. Which migrations were done is for the owner alone to write.
RIGHTS = """
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO {account};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {account};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {account};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {account};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {account};
    REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {account}
"""


# Two databases of one server may be made at once, as those of tests are.
MAKE = f"""
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ACCOUNT}') THEN CREATE ROLE {ACCOUNT} LOGIN; END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$
"""


# Of a superuser or the owner nothing can be taken; of others only by who owns the schema and the database.
MAY_MORE = """
    SELECT pg_has_role(%(account)s, relowner, 'USAGE') OR has_schema_privilege(%(account)s, relnamespace, 'CREATE')
           OR has_database_privilege(%(account)s, current_database(), 'TEMPORARY')
      FROM pg_class WHERE oid = 'django_migrations'::regclass
"""


class MayMore(Exception):
    """It owns the tables, or may make some: then what web and worker are made to ask could change the gates."""


def admit(account: str) -> None:
    """Give the account its rights. Asked by the owner of the tables, once they are there.  Raises MayMore."""
    names = {"account": Identifier(account), "database": Identifier(str(connection.settings_dict["NAME"]))}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL(RIGHTS).format(**names))
        cursor.execute(MAY_MORE, {"account": account})
        if cursor.fetchone()[0]:
            raise MayMore


def admit_our_own() -> None:
    """On the server that Sira brings, which knows no other: the account is made with the first tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MAKE)
        cursor.execute("SELECT has_table_privilege(%s, 'django_migrations', 'SELECT')", [ACCOUNT])
        if not cursor.fetchone()[0]:
            admit(ACCOUNT)


def owns_the_tables() -> bool:
    """Whether this process asks as somebody who may change them; so it may where there are none yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(bool_and(pg_has_role(relowner, 'USAGE')), true) FROM pg_class"
            " WHERE oid = to_regclass('django_migrations')"
        )
        return bool(cursor.fetchone()[0])


def use() -> None:
    """From now on this process asks under it, with all its threads: they share Django's settings of the connection.

    Elsewhere than on our own server it asks under the account of DATABASE_URL, which should be such a one.
    """
    if settings.BRINGS_DATABASE:
        connections.close_all()
        connection.settings_dict["USER"] = ACCOUNT
