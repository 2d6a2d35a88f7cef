"""Inviting people to a role, and ending roles."""

from collections.abc import Sequence

from content.fold import words
from content.i18n import N_
from handlers import forms, joining, menu, notices, request_notices, shift_leaving
from handlers.checks import one_of_these
from handlers.forms import Answers, Field, Form, Invalid
from handlers.rights import (
    LEAD,
    MEMBER,
    OFFICER,
    ROLE_NAMES,
    VOLUNTEER,
    YOUTH_LEADER,
    grantable,
)
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import members, register, requests, tickets
from store.members import MemberRow

NEW = "new"
SHOWN = 8
ORG_OF = {VOLUNTEER: "youth", YOUTH_LEADER: "youth", OFFICER: "other", "administrator": "other"}
"""The organisation under which a new person's help is counted; members and leads are of the team."""


async def invite(turn: Turn) -> Reply:
    """Ask whom to invite; then a code for them."""
    return await forms.begin(turn, INVITE)


async def leave(turn: Turn) -> Reply:
    """Ask whose role ends."""
    return await forms.begin(turn, LEAVE)


async def lists(turn: Turn) -> Reply:
    """The page where lists are imported, by a short-lived link."""
    link = turn.tools.link(f"import/{turn.talk.member_id}/{turn.talk.ward_id}")
    text = turn.tr(
        "Import areas, teams, members or values from .xlsx or .csv here. You see what would change "
        "before anything does. The link is yours alone and lasts 15 minutes:\n{link}",
        link=link,
    )
    return Reply(text, menu.choices(turn))


async def _there(turn: Turn) -> list[MemberRow]:
    """Those whose roles one may give and end; never one's own."""
    ward, roles = turn.talk.ward_id or "", grantable(turn.talk.role)
    there = await members.with_roles(turn.db, ward, roles)
    return [member for member in there if member.person_id != turn.talk.person_id]


async def _waiting_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    waiting = [member for member in await _there(turn) if member.person_id is None]
    shown = [_option(member) for member in waiting[:SHOWN]]
    return [Option(turn.tr("Somebody new"), NEW), *shown]


async def _someone(turn: Turn, answers: Answers, typed: str) -> str:
    """One of the ward's people by their name, or a part of it."""
    said = f" {words(typed)} "
    there = await _there(turn)
    found = [member for member in there if said.strip() and said in f" {words(member.name)} "]
    if len(found) == 1:
        return str(found[0].id)
    if found:
        names = "; ".join(_option(member).label for member in found[:SHOWN])
        raise Invalid(turn.tr("Which one? Please type more of the name: {names}", names=names))
    raise Invalid(turn.tr("I find nobody of that name in the ward's list."))


async def _is_new(turn: Turn, answers: Answers) -> bool:
    return answers.get("who") == NEW


async def _name(turn: Turn, answers: Answers, typed: str) -> str:
    if not 2 <= len(typed) <= 60 or any(sign.isdigit() for sign in typed):
        raise Invalid(turn.tr("Please type the person's name only."))
    return typed


async def _roles(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(turn.tr(ROLE_NAMES[role]), role) for role in grantable(turn.talk.role)]


async def _needs_team(turn: Turn, answers: Answers) -> bool:
    return answers.get("who") == NEW and answers.get("role") in (MEMBER, LEAD, VOLUNTEER)


async def _teams(turn: Turn) -> list[register.TeamRow]:
    return await register.teams(turn.db, turn.talk.ward_id or "", turn.today, turn.today)


async def _team_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    there = await _teams(turn)
    return [Option(team.name, str(team.id)) for team in there] if len(there) <= SHOWN else []


async def _team(turn: Turn, answers: Answers, typed: str) -> str:
    said = words(typed)
    there = await _teams(turn)
    found = [t for t in there if words(t.name) == said or words(t.name).split()[-1:] == [said]]
    if len(found) != 1:
        raise Invalid(turn.tr("I find no such team. Please type its name, or skip."))
    return str(found[0].id)


async def _invited(turn: Turn, answers: Answers) -> Reply:
    member = await _member(turn, answers)
    if member is None:
        return await menu.not_allowed(turn)
    code = await joining.fresh(turn)
    until = turn.now + joining.INVITATION_LASTS
    await tickets.make(turn.db, code, member.id, None, until)
    await members.note(turn.db, member.ward_id, turn.talk.member_id, "invited", member.id, turn.now)
    text = turn.tr(
        "Invitation for {name} ({role}): {code}\n"
        "They open this assistant and type these 6 digits. It works once, until {time}. "
        "Give it to nobody else.",
        name=member.name, role=turn.tr(ROLE_NAMES[member.role]), code=code,
        time=until.astimezone(WARD_ZONE).strftime("%H:%M %d/%m"),
    )  # fmt: skip
    return Reply(text, (turn.option("Invite another", "invite"), turn.option("Main menu", "menu")))


async def _member(turn: Turn, answers: Answers) -> MemberRow | None:
    """The one to invite: of the list, or newly entered. None when this role may not be given."""
    if answers["who"] != NEW:
        member = await members.get(turn.db, int(answers["who"]))
    elif answers["role"] in grantable(turn.talk.role):
        role, ward = answers["role"], turn.talk.ward_id or ""
        team = int(answers["team"]) if answers.get("team") else None
        org = ORG_OF.get(role, "team")
        number = await members.add(turn.db, ward, role, answers["name"], org, team, turn.today)
        member = await members.get(turn.db, number)
    else:
        member = None
    if member is None or member.ward_id != turn.talk.ward_id:
        return None
    return member if member.role in grantable(turn.talk.role) else None


async def _leaving(turn: Turn, answers: Answers) -> str:
    member = await members.get(turn.db, int(answers["who"]))
    name = _option(member).label if member else ""
    return turn.tr(
        "End the role of {name} today? They can log no more; what they logged stays.", name=name
    )


async def _left(turn: Turn, answers: Answers) -> Reply:
    member = await members.get(turn.db, int(answers["who"]))
    if member is None or member.role not in grantable(turn.talk.role):
        return await menu.lapsed(turn)
    for held in await requests.held(turn.db, member.id):
        await request_notices.passed_on(turn.db, held, turn.now)
    await shift_leaving.gone(turn.db, [member.id], turn.now, turn.talk.person_id)
    await members.end(turn.db, member.id, turn.today)
    await members.note(turn.db, member.ward_id, turn.talk.member_id, "ended", member.id, turn.now)
    if member.person_id is not None:
        tr = await notices.speaking_to(turn.db, member.person_id)
        farewell = tr("Your role in the ward has ended. Thank you for your help.")
        await turn.notify(member.person_id, Reply(farewell), "notice", f"ended:{member.id}")
    return Reply(turn.tr("Done: {name}.", name=member.name), menu.choices(turn))


def _option(member: MemberRow) -> Option:
    label = f"{member.name} ({member.team})" if member.team else member.name
    return Option(label, str(member.id))


INVITE = forms.register(
    Form(
        "invite",
        (
            Field("who", N_("Whom do you invite? Choose, or type a name of the list."),
                  _waiting_options, _someone, names=True),
            Field("name", N_("What is their name?"), check=_name, applies=_is_new, free=True, names=True),
            Field("role", N_("Which role?"), _roles, one_of_these, applies=_is_new),
            Field("team", N_("Which team?"), _team_options, _team, applies=_needs_team,
                  optional=True),
        ),
        _invited,
        action="people",
    )
)  # fmt: skip
LEAVE = forms.register(
    Form(
        "leave",
        (
            Field(
                "who",
                N_("Whose role ends? Type the name or a part of it."),
                check=_someone,
                names=True,
            ),
        ),
        _left,
        _leaving,
        action="people",
        send=N_("Yes, end it"),
    )
)
