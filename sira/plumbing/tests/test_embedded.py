"""The embedded server, on folders of its own."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_tests_have_a_database_of_their_own():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone()[0].startswith("sira_test_")
