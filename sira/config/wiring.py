"""What higher rooms register with lower ones. Read once at the start."""

from sira.channels.email.models import BrokenMail
from sira.config import packs, personal_data
from sira.intake.models import Received
from sira.knowledge.blocks import publish
from sira.notifications import listing, sending, standing_in, swaps
from sira.people import groups, handing_back
from sira.plumbing import sweeping
from sira.portal import leave
from sira.processes import blocks, timers
from sira.processes.tasks import changes
from sira.processes.tasks.models import TaskFile
from sira.promises import contracts
from sira.promises import pump as promises_pump
from sira.routing import waiting as routing_waiting
from sira.routing import work as routing_work
from sira.tickets import (
    beginning,
    facts,
    inside,
    later,
    leaving,
    local_time,
    marked,
    noticed,
    routed,
    telling_of_approvals,
    telling_of_tasks,
    watching,
)
from sira.tickets.blocks import BLOCKS, as_block
from sira.tickets.models import MessageFile
from sira.tickets.models_aside import LaterFile
from sira.workforce import absences, asking, availability, swapping
from sira.workspace import macros
from sira.workspace.models import DraftFile


def connect() -> None:
    for task_type, work in BLOCKS.items():
        blocks.register(task_type, as_block(work))
    blocks.register("sira:publish", as_block(publish))
    blocks.facts_by(facts.of_subject)
    blocks.lock_by(facts.lock, facts.lock_unless_busy)
    blocks.begin_by(beginning.open_for)
    blocks.on_instance_change(watching.process_changed)
    blocks.may_open(facts.may_open)
    blocks.on_task_change(telling_of_tasks.changed)
    blocks.on_task_change(inside.changed)
    changes.on_change(telling_of_approvals.changed)
    changes.on_change(inside.decided)
    timers.register_working_time(local_time.working_time_after)
    timers.register_zone(local_time.zone_of)
    promises_pump.on_mark(marked.came)
    promises_pump.on_follow(watching.deadlines_moved)
    contracts.on_change(watching.contracts_changed)
    routing_work.count_by(routed.COUNTS)
    availability.on_change(routing_waiting.wake)
    asking.by_process(leave.way_to_ask)
    swapping.on_change(swaps.changed)
    absences.on_stand_in(standing_in.changed)
    sending.on_end(watching.mail_ended)
    handing_back.taken_by(leaving.give_back)
    groups.on_new(packs.group_came)
    listing.describe(noticed.about)
    listing.describe(swaps.about)
    listing.describe(standing_in.about)
    later.follow_by("macro", macros.follow)
    sweeping.named_by(MessageFile, "digest")
    sweeping.named_by(LaterFile, "digest")
    sweeping.named_by(DraftFile, "digest")
    sweeping.named_by(TaskFile, "digest")
    sweeping.named_by(Received, "raw")
    sweeping.named_by(BrokenMail, "raw")
    personal_data.connect()
