"""The numbers of a team for its lead, and of all teams for officers; and who has not logged."""

from content.period import NoPeriod, Period, month_of, spoken
from handlers import menu
from handlers.rights import LEAD, MEMBER
from handlers.turn import Reply, Turn
from store import figures, members, register
from store.figures import Span, Tally

TALLIES = (Tally("sessions"), Tally("classes"), Tally("reached"), Tally("successes"))
IN_TEAM = (MEMBER, LEAD)


async def team(turn: Turn) -> Reply:
    """Each member's numbers this month, and who has none; `/team tháng 10` for another month."""
    period = _period(turn)
    if turn.may("teams"):
        return await _all_teams(turn, period)
    if turn.talk.team_id is None:
        return Reply(turn.tr("You lead no team yet. Please ask the ward."), menu.choices(turn))
    there = await members.with_roles(turn.db, turn.talk.ward_id or "", IN_TEAM, turn.talk.team_id)
    span = Span(turn.talk.ward_id or "", period.first, period.last, team_id=turn.talk.team_id)
    by_member = await figures.count_by(turn.db, span, TALLIES, "member")
    numbers = {member.name: by_member[member.id] for member in there if member.id in by_member}
    silent = [member.name for member in there if member.id not in by_member]
    name = next((member.team for member in there if member.team), "")
    return _listed(turn, f"{name}, {period.label(turn.talk.lang)}", numbers, silent)


async def _all_teams(turn: Turn, period: Period) -> Reply:
    ward = turn.talk.ward_id or ""
    there = await register.teams(turn.db, ward, period.first, period.last)
    span = Span(ward, period.first, period.last)
    by_team = await figures.count_by(turn.db, span, TALLIES, "team")
    numbers = {team.name: by_team[team.id] for team in there if team.id in by_team}
    silent = [team.name for team in there if team.id not in by_team]
    head = turn.tr("All teams, {period}", period=period.label(turn.talk.lang))
    return _listed(turn, head, numbers, silent)


def _listed(turn: Turn, head: str, numbers: dict[str, list[int]], silent: list[str]) -> Reply:
    lines = [head]
    for name, (count, classes, people, done) in sorted(numbers.items(), key=lambda one: -one[1][0]):
        lines.append(
            turn.tr(
                "• {name}: {n} sessions, {c} classes, {people} people, {done} done",
                name=name, n=count, c=classes, people=people, done=done,
            )
        )  # fmt: skip
    if silent:
        lines.append(turn.tr("Nothing logged: {names}", names=", ".join(silent)))
    if len(lines) == 1:
        lines.append(turn.tr("Nobody is entered yet."))
    return Reply("\n".join(lines), menu.choices(turn))


def _period(turn: Turn) -> Period:
    try:
        return spoken(turn.argument, turn.today) if turn.argument else month_of(turn.today)
    except NoPeriod:
        return month_of(turn.today)
