"""What may happen to people, roles and staff lists. Rules take keyword arguments and never see a request."""

from ilt.roster.rules.hosts import claim_leader, first_host
from ilt.roster.rules.journal import note
from ilt.roster.rules.people import add_person, change_person, first_password, may_change_sign_in
from ilt.roster.rules.refusal import Refused
from ilt.roster.rules.roles import grant, grantable, revoke
from ilt.roster.rules.staff_import import apply_import, forget_uploads, propose_import, undo_import
from ilt.roster.rules.staff_plan import Plan, plan_import

__all__ = [
    "Plan",
    "Refused",
    "add_person",
    "apply_import",
    "change_person",
    "claim_leader",
    "first_host",
    "first_password",
    "forget_uploads",
    "grant",
    "grantable",
    "may_change_sign_in",
    "note",
    "plan_import",
    "propose_import",
    "revoke",
    "undo_import",
]
