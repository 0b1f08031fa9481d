"""Every table of the desk's set-up and rights tells its changes to the audit trail (see sira/plumbing/audit.py).

Persons: their mail makes new ones all day, so what is told is who may work here, and what changes of anybody's rights.
"""

from django.db import migrations

SECRET = "secret,sealed,password,digest,data,access_token,refresh_token"
# Table: columns that don't count.
TOLD = {
    "people_organisation": "",
    "people_supportgroup": "",
    "people_membership": "",
    "people_joining": "moved",
    "people_secondfactorwaiver": "",
    "mfa_authenticator": "last_used_at",
    "calendars_calendar": "",
    "calendars_holiday": "",
    "calendars_dateoverride": "",
    "calendars_holidayfeed": "due_at,fetched_at,problem",
    "forms_formversion": "",
    "decisions_decisionversion": "",
    "processes_processversion": "",
    "routing_pool": "",
    "tickets_tickettype": "",
    "tickets_service": "",
    "tickets_category": "",
    "catalogue_requesttype": "",
    "email_mailbox": "uid_validity,last_uid,waiting,held_by,held_until,last_ok_at,trouble",
    "api_token": "used_at",
    "api_webhook": "",
    "notifications_outgoingserver": "",
    "portal_branding": "",
    "promises_contract": "",
    "promises_warningplan": "",
}
ROW = """
CREATE TRIGGER {table}_is_audited AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION sira_audit_row('{secret}', '{passed}');
"""
PERSON = f"""
CREATE TRIGGER people_person_is_audited AFTER UPDATE OF role, is_active, email, password, organisation_id, manager_id,
    joined_into_id OR DELETE ON people_person FOR EACH ROW EXECUTE FUNCTION sira_audit_row('{SECRET}', 'last_login');
CREATE TRIGGER new_people_person_is_audited AFTER INSERT ON people_person FOR EACH ROW WHEN (NEW.role <> 'requester')
    EXECUTE FUNCTION sira_audit_row('{SECRET}', 'last_login');
CREATE TRIGGER people_address_is_audited AFTER UPDATE OF person_id OR DELETE ON people_address
    FOR EACH ROW EXECUTE FUNCTION sira_audit_row('', '');
"""
GONE = "DROP TRIGGER IF EXISTS {name} ON {table};"


def forward() -> str:
    return PERSON + "".join(ROW.format(table=table, secret=SECRET, passed=passed) for table, passed in TOLD.items())


def backward() -> str:
    names = [(f"{table}_is_audited", table) for table in (*TOLD, "people_person", "people_address")]
    names.append(("new_people_person_is_audited", "people_person"))
    return "".join(GONE.format(name=name, table=table) for name, table in names)


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0001_initial"),
        ("plumbing", "0002_audit_trail"),
        ("people", "0006_second_factor"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("calendars", "0002_holidayfeed"),
        ("forms", "0001_initial"),
        ("decisions", "0001_initial"),
        ("processes", "0001_initial"),
        ("routing", "0001_initial"),
        ("tickets", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("email", "0001_mailboxes"),
        ("api", "0002_webhooks"),
        ("notifications", "0006_outgoing_server"),
        ("portal", "0001_initial"),
        ("promises", "0003_plans_and_contracts"),
    ]

    operations = [migrations.RunSQL(forward(), backward())]
