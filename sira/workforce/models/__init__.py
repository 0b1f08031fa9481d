"""Who works when, with what skill and how much of it, and who is not there."""

from sira.workforce.models.shifts import CallRota, CallSeat, Pattern, Rota, Shift, Swap
from sira.workforce.models.working import Absence, Presence, Skill, SkillOfPerson, Worker

__all__ = [
    "Absence",
    "CallRota",
    "CallSeat",
    "Pattern",
    "Presence",
    "Rota",
    "Shift",
    "Skill",
    "SkillOfPerson",
    "Swap",
    "Worker",
]
