"""What belongs to the set-up, and how each list knows its rows."""

from sira.calendars.models import Calendar
from sira.catalogue.models import RequestType
from sira.config.transfer.rows import References, columns
from sira.people.models import MadeRole, SupportGroup
from sira.tickets.models import Category, Service, TicketType

GROUP_COLUMNS = columns(SupportGroup, without=("calendar_id",))
CALENDAR_COLUMNS = columns(Calendar)
ROLE_COLUMNS = columns(MadeRole)
TYPE_COLUMNS = columns(TicketType)
SERVICE_COLUMNS = columns(Service)
CATEGORY_COLUMNS = columns(Category)
REQUEST_COLUMNS = columns(RequestType)
NO_REFERENCES: References = {}
PARENT: References = {"parent": ("parent", Category, "key")}
TYPE: References = {"group": ("group", SupportGroup, "key")}
REQUEST: References = {
    "type": ("type", TicketType, "key"),
    "service": ("service", Service, "key"),
    "category": ("category", Category, "key"),
}
