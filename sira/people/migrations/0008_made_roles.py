"""Roles that administrators make. What they add to a person stands in the person's row, kept there by triggers, so that
a page asks for rights without asking the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The person's row is locked first: two roles given at once would each not see the other. Ids ascending, against deadlock.
FORWARD = """
CREATE FUNCTION people_made_rights(of_person bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM people_person WHERE id = of_person FOR NO KEY UPDATE;
    UPDATE people_person SET made_rights = coalesce((
        SELECT jsonb_object_agg(held.name, jsonb_build_object(
                   'everywhere', held.everywhere, 'groups', held.groups, 'organisations', held.organisations))
          FROM (SELECT a_right.name,
                       bool_or(given.group_id IS NULL AND given.organisation_id IS NULL) AS everywhere,
                       coalesce(jsonb_agg(DISTINCT given.group_id)
                                FILTER (WHERE given.group_id IS NOT NULL), '[]') AS groups,
                       coalesce(jsonb_agg(DISTINCT given.organisation_id)
                                FILTER (WHERE given.organisation_id IS NOT NULL), '[]') AS organisations
                  FROM people_givenrole given
                  JOIN people_maderole made ON made.id = given.role_id
                 CROSS JOIN LATERAL jsonb_array_elements_text(made.rights) a_right (name)
                 WHERE given.person_id = of_person GROUP BY 1) held), '{}')
     WHERE id = of_person;
END $$;
CREATE FUNCTION people_role_is_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM people_made_rights(OLD.person_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM people_made_rights(NEW.person_id); END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION people_role_is_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM people_made_rights(person_id)
       FROM (SELECT DISTINCT person_id FROM people_givenrole WHERE role_id = NEW.id ORDER BY 1) holders;
    RETURN NULL;
END $$;
CREATE TRIGGER role_is_given AFTER INSERT OR UPDATE OR DELETE ON people_givenrole
    FOR EACH ROW EXECUTE FUNCTION people_role_is_given();
CREATE TRIGGER role_is_changed AFTER UPDATE OF rights ON people_maderole
    FOR EACH ROW EXECUTE FUNCTION people_role_is_changed();
"""
BACKWARD = """
DROP TRIGGER IF EXISTS role_is_given ON people_givenrole;
DROP TRIGGER IF EXISTS role_is_changed ON people_maderole;
DROP FUNCTION IF EXISTS people_role_is_given();
DROP FUNCTION IF EXISTS people_role_is_changed();
DROP FUNCTION IF EXISTS people_made_rights(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_personal_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="made_rights",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                editable=False,
                help_text="what made roles add: {right: {everywhere, groups, organisations}}; written by a trigger alone",
            ),
        ),
        migrations.CreateModel(
            name="MadeRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("names", models.JSONField(blank=True, default=dict)),
                ("rights", models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name="GivenRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="given_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="given", to="people.maderole"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.supportgroup",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "role", "group", "organisation"),
                        name="role_is_given_once_for_a_place",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("group", None), ("organisation", None), _connector="OR"),
                        name="role_is_given_for_a_group_or_an_organisation",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
