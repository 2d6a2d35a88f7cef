"""Volunteers of the ward: signing up, being confirmed by a leader, and stopping."""

from dataclasses import replace

from handlers import menu, notices, settings, shift_leaving, volunteer_form, volunteer_words
from handlers.choosing import distinct, numbered
from handlers.notices import Tr
from handlers.rights import VOLUNTEER
from handlers.turn import Option, Reply, Turn
from handlers.volunteer_saving import deciding
from store import campaigns, members, shifts, volunteers
from store.kinds import NOTICE
from store.volunteers import WAITING, VolunteerRow

SHOWN = 4
"""Of those who wait, on one page."""
LISTED = 8
"""Of those who are confirmed, on one page."""
WAYS = 3
"""Campaigns offered at once."""


async def volunteer(turn: Turn) -> Reply:
    """`volunteer:<campaign>` signs up there; without a number, where one can; `edit`: what was told."""
    there = await volunteers.get(turn.db, turn.talk.member_id)
    if there and turn.argument == "edit":
        return await volunteer_form.change(turn, there)
    if there:
        return await _page(turn, there)
    if number := numbered(turn.argument):
        return await volunteer_form.begin(turn, number)
    if not turn.talk.ward_id:
        return await settings.ward_first(turn, "volunteer")
    return await _where(turn)


async def _where(turn: Turn) -> Reply:
    """The campaigns one may sign up for."""
    there = await campaigns.coming(turn.db, turn.talk.ward_id or "", turn.today)
    if len(there) == 1:
        return await volunteer_form.begin(turn, there[0].id)
    if not there:
        text = turn.tr(
            "Thank you for wanting to help! No campaign takes volunteers just now. Please ask again later."
        )
        return Reply(text, menu.choices(turn))
    options = [Option(one.name, f"volunteer:{one.id}") for one in there[: menu.PAGE]]
    text = turn.tr("For which campaign do you sign up?")
    return Reply(text, (*options, turn.option("Main menu", "menu")))


async def _page(turn: Turn, there: VolunteerRow) -> Reply:
    """What somebody told, and what they can do now."""
    if there.state == WAITING:
        head = turn.tr("You have signed up. The leader of the campaign has not confirmed it yet.")
        ways: list[Option] = []
    else:
        head = turn.tr("You are a volunteer of the ward.")
        ways = [*await open_shifts(turn.tr, turn), turn.option("My shifts", "myshifts")]
    lines = await volunteer_words.lines(turn.tr, turn.db, there.told)
    last = (
        turn.option("Change what I told", "volunteer:edit"),
        turn.option("Stop being a volunteer", "unvolunteer"),
        turn.option("Main menu", "menu"),
    )
    return Reply("\n".join([head, *lines]), (*ways, *last))


async def open_shifts(tr: Tr, turn: Turn) -> list[Option]:
    """The way to the shifts of each campaign of the ward that has some."""
    there = await shifts.with_shifts(turn.db, turn.talk.ward_id or "", turn.now)
    if len(there) == 1:
        return [Option(tr("Open shifts"), f"shifts:{there[0][0]}")]
    return [
        Option(tr("Open shifts: {name}", name=name), f"shifts:{id}") for id, name in there[:WAYS]
    ]


async def listed(turn: Turn) -> Reply:
    """`volunteers:<campaign>[:page]`: who waits in the ward; `…:all[:page]`: who is confirmed."""
    campaign, *rest = turn.argument.split(":")
    page = numbered(rest[-1]) or 0 if rest else 0
    ward = turn.talk.ward_id or ""
    waiting = await volunteers.waiting(turn.db, ward)
    there = await volunteers.confirmed(turn.db, ward)
    head = turn.tr("Confirmed volunteers: {n}. Waiting: {m}.", n=len(there), m=len(waiting))
    if waiting and rest[:1] != ["all"]:
        about, options = await _who_waits(turn, waiting, campaign, page)
        if there:
            options.append(turn.option("Those who are confirmed", f"volunteers:{campaign}:all"))
    else:
        about, options = await _who_is_there(turn, there, campaign, page)
        if waiting:
            options.append(turn.option("Who waits", f"volunteers:{campaign}"))
    if numbered(campaign):
        options.append(turn.option("The campaign", f"campaign:{campaign}"))
    last = turn.option("Main menu", "menu")
    return Reply("\n\n".join([head, *about]), distinct([*options, last]))


async def _who_waits(
    turn: Turn, waiting: list[VolunteerRow], campaign: str, page: int
) -> tuple[list[str], list[Option]]:
    first = SHOWN * page
    shown = waiting[first : first + SHOWN]
    options = [way for one in shown for way in deciding(turn.tr, one.member_id, one.name)]
    if len(waiting) > first + SHOWN:
        options.append(turn.option("More", f"volunteers:{campaign}:{page + 1}"))
    return [await _described(turn, one) for one in shown], options


async def _who_is_there(
    turn: Turn, there: list[VolunteerRow], campaign: str, page: int
) -> tuple[list[str], list[Option]]:
    """Name, branch, and to how many shifts each is to come."""
    first = LISTED * page
    shown = there[first : first + LISTED]
    coming = await volunteers.coming(turn.db, [one.member_id for one in shown], turn.now)
    lines = [
        turn.tr("• {name}, {branch}: {n} shifts to come",
                name=one.name, branch=one.told.branch, n=coming.get(one.member_id, 0))
        for one in shown
    ]  # fmt: skip
    more = len(there) > first + LISTED
    options = [turn.option("More", f"volunteers:{campaign}:all:{page + 1}")] if more else []
    return ["\n".join(lines)] if lines else [], options


async def _described(turn: Turn, one: VolunteerRow) -> str:
    lines = await volunteer_words.lines(turn.tr, turn.db, one.told)
    return "\n".join([one.name, *lines])


async def confirm(turn: Turn) -> Reply:
    """`confirmvol:<member>`: they are a volunteer from now on, and hear how to go on."""
    found = await _waiting(turn)
    by = turn.talk.member_id or 0
    if found is None or not await volunteers.confirm(
        turn.db, found.member_id, VOLUNTEER, by, turn.now
    ):
        return await _decided(turn)
    await members.note(turn.db, found.ward_id, by, "confirmed", found.member_id, turn.now)
    if found.person_id is not None:
        tr = await notices.speaking_to(turn.db, found.person_id)
        text = tr("You are a volunteer of the ward now. Thank you! Choose a shift to begin.")
        ways = (*await open_shifts(tr, turn), Option(tr("My shifts"), "myshifts"))
        key = f"confirmed:{found.member_id}"
        await turn.notify(found.person_id, Reply(text, ways), NOTICE, key)
    return _done(turn, turn.tr("{name} is a volunteer now and has been told.", name=found.name))


async def decline(turn: Turn) -> Reply:
    """`declinevol:<member>`: they are told, and what they told is deleted."""
    found = await _waiting(turn)
    if found is None or not await volunteers.decline(turn.db, found.member_id):
        return await _decided(turn)
    by = turn.talk.member_id
    await members.note(turn.db, found.ward_id, by, "declined", found.member_id, turn.now)
    if found.person_id is not None:
        tr = await notices.speaking_to(turn.db, found.person_id)
        text = tr(
            "Thank you for signing up. The campaign cannot take you this time. What you told for it is "
            "deleted. You can still use everything else here, and sign up again another time."
        )
        ways = (Option(tr("Main menu"), "menu"),)
        key = f"declined:{found.member_id}:{turn.now.isoformat()}"
        await turn.notify(found.person_id, Reply(text, ways), NOTICE, key)
    text = turn.tr("{name} has been told. What they told is deleted.", name=found.name)
    return _done(turn, text)


async def _waiting(turn: Turn) -> VolunteerRow | None:
    """Who waits in this ward, by the number in the choice."""
    found = await volunteers.get(turn.db, numbered(turn.argument))
    here = found and found.ward_id == turn.talk.ward_id and found.state == WAITING
    return found if here else None


async def _decided(turn: Turn) -> Reply:
    reply = await listed(replace(turn, argument=""))
    gone = turn.tr("That sign-up no longer waits: somebody decided, or it was taken back.")
    return replace(reply, text=f"{gone}\n\n{reply.text}")


def _done(turn: Turn, text: str) -> Reply:
    return Reply(text, (turn.option("Who waits", "volunteers"), turn.option("Main menu", "menu")))


async def stop(turn: Turn) -> Reply:
    """`unvolunteer`, after asking once: what they told goes, shifts to come are open again."""
    there = await volunteers.get(turn.db, turn.talk.member_id)
    if there is None:
        return await menu.lapsed(turn)
    if turn.argument != "yes":
        text = turn.tr(
            "Stop being a volunteer? Your shifts to come are open for others again, and what you told when "
            "you signed up is deleted. Hours you worked stay."
        )
        yes = turn.option("Yes, I stop", "unvolunteer:yes")
        return Reply(text, (yes, turn.option("No, I go on", "volunteer")))
    await shift_leaving.gone(turn.db, [there.member_id], turn.now, turn.talk.person_id)
    await volunteers.forget(turn.db, [there.member_id], turn.now)
    await _end_role(turn, there)
    text = turn.tr("Done: you are no longer a volunteer. Thank you for your help.")
    return Reply(text, menu.choices(turn))


async def _end_role(turn: Turn, there: VolunteerRow) -> None:
    """Who was a volunteer only has no role any more; members, leads and officers stay."""
    if there.role == VOLUNTEER:
        await members.note(turn.db, there.ward_id, None, "ended", there.member_id, turn.now)
    if there.role == VOLUNTEER or there.state == WAITING:
        turn.talk.member_id, turn.talk.role, turn.talk.team_id, turn.talk.org = None, None, None, ""
