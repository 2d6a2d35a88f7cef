"""Who may do what: the only table of permissions."""

from content.i18n import N_

RESIDENT, APPLICANT, VOLUNTEER, MEMBER, LEAD, YOUTH_LEADER, OFFICER, ADMINISTRATOR = (
    "resident", "applicant", "volunteer", "member", "lead", "youth_leader", "officer", "administrator",
)  # fmt: skip

ROLE_NAMES = {
    APPLICANT: N_("volunteer not confirmed yet"),
    VOLUNTEER: N_("volunteer"),
    MEMBER: N_("team member"),
    LEAD: N_("team lead"),
    YOUTH_LEADER: N_("leader of the Youth Union"),
    OFFICER: N_("officer"),
    ADMINISTRATOR: N_("administrator"),
}

_LOGS = {"log", "shifts"}
_TEAM_WORK = {*_LOGS, "requests", "classes"}
_OFFICE = {
    *_TEAM_WORK,
    "team",
    "teams",
    "people",
    "figures",
    "values",
    "close",
    "amend",
    "feedback",
    "broadcast",
    "campaigns",
    "lines",
    "answers",
}

PERMISSIONS: dict[str, frozenset[str]] = {
    RESIDENT: frozenset(),
    APPLICANT: frozenset(),
    VOLUNTEER: frozenset(_LOGS),
    MEMBER: frozenset(_TEAM_WORK),
    LEAD: frozenset({*_TEAM_WORK, "team"}),
    YOUTH_LEADER: frozenset({*_LOGS, "classes", "campaigns"}),
    OFFICER: frozenset(_OFFICE),
    ADMINISTRATOR: frozenset({*_OFFICE, "officers"}),
}
"""
log: log sessions; see, edit and void one's own · requests: hear of help requests, take and close them ·
team: the numbers of one's own team, and who has not logged · teams: those of all teams ·
people: invite members, leads and volunteers, end their roles, import lists · officers: officers likewise ·
figures: indicators, the rows behind them, reports · values: enter official values and bases ·
close: close and reopen periods · amend: change any session, also of a closed period ·
feedback: read and answer it · broadcast: send a message to many, approve another officer's ·
shifts: take shifts of campaigns, check in · classes: hold classes, tick who came ·
campaigns: make and lead campaigns, confirm volunteers, correct hours, see their reports ·
lines: correct the ward's address, hours and phones, write notes to guides ·
answers: see questions nobody answered; write, approve and withdraw the ward's answers to them
"""

ACTIONS = frozenset().union(*PERMISSIONS.values())

INVITES = {
    "people": (MEMBER, LEAD, VOLUNTEER, YOUTH_LEADER),
    "officers": (OFFICER, ADMINISTRATOR),
}
"""Which roles an action lets somebody give."""


def allowed(role: str | None, action: str) -> bool:
    """Whether a role may do something. Everybody may do what needs no permission ("")."""
    return not action or action in PERMISSIONS[role or RESIDENT]


def grantable(role: str | None) -> tuple[str, ...]:
    """The roles somebody may invite others to, and end."""
    return tuple(
        given for action, roles in INVITES.items() if allowed(role, action) for given in roles
    )


def higher(role: str, than: str) -> bool:
    """Whether a role stands above another: who has one gives it up only for a higher one."""
    order = list(PERMISSIONS)
    return order.index(role) > order.index(than)
