"""What is kept about a person, shown and deleted (Luật 91/2025/QH15, Đ4; facts/programme.md e.2)."""

from datetime import datetime

from content.i18n import LANGUAGES
from content.lesson import COURSES
from handlers import request_notices, shift_leaving, volunteer_words
from handlers.rights import APPLICANT, ROLE_NAMES
from handlers.stopping import STOPS
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import (
    attendance,
    consents,
    contacts,
    enrolments,
    forgetting,
    members,
    people,
    reminders,
    requests,
    shifts,
    volunteers,
)


async def view(turn: Turn) -> Reply:
    """Everything the tables hold, in words."""
    kept = await people.kept(turn.db, turn.talk.person_id)
    unknown = turn.tr("not given")
    lines = [
        turn.tr("This is all that is kept about you:"),
        turn.tr("• Ward: {ward}", ward=kept.ward or unknown),
        turn.tr("• Area: {area}", area=kept.area or unknown),
        turn.tr("• Language: {language}", language=LANGUAGES[kept.lang]),
        turn.tr(
            "• The address of this chat, so that I can answer, and where you stopped in a guide"
        ),
        turn.tr("• My answers of the last two days, in case one has to be sent again"),
        *await _courses(turn),
        *await _agreed(turn),
        *await _reminders(turn),
        *await _requested(turn),
        *await _attended(turn),
        *await _number(turn),
        *await _role(turn),
        *await _volunteer(turn),
        "",
        turn.tr(
            "Not kept: what you write, nor, of residents, name or phone number. A form you have not "
            "finished is kept for a day. A help request is kept without your chat once it is closed, a "
            "phone number you left with it is deleted then. Questions I could not answer, guide counts, "
            "ratings, confirmations and feedback are kept without saying whose they are."
        ),
    ]
    options = (turn.option("Delete it all", "forget"), turn.option("Main menu", "menu"))
    return Reply("\n".join(lines), (*await _as_volunteer(turn), *options))


async def forget(turn: Turn) -> Reply:
    """Delete, after asking once."""
    if turn.argument != "yes":
        options = (turn.option("Yes, delete", "forget:yes"), turn.option("No, keep it", "menu"))
        return Reply(turn.tr("Delete everything kept about you?"), options)
    await _let_go(turn)
    await forgetting.forget(turn.db, turn.talk, turn.now)
    return Reply(
        turn.tr(
            "Deleted. The address of this chat goes within a day, unless you write again: "
            "then we start from the beginning."
        ),
        (turn.option("Main menu", "menu"),),
    )


async def _let_go(turn: Turn) -> None:
    """Tell who wanted to help this person, whom this person wanted to help, and who counted on them."""
    roles = await members.of_person(turn.db, turn.talk.person_id)
    await shift_leaving.gone(turn.db, roles, turn.now, turn.talk.person_id)
    for request in await requests.of_person(turn.db, turn.talk.person_id):
        await request_notices.withdrawn(turn, request)
    for member_id in roles:
        for request in await requests.held(turn.db, member_id):
            await request_notices.passed_on(turn.db, request, turn.now)


async def _courses(turn: Turn) -> list[str]:
    """The courses of all chats, those that were stopped too: their place is kept."""
    rows = [
        (turn.library.courses[row.course], row.position)
        for chat_id in await people.chat_ids(turn.db, turn.talk.person_id)
        for row in await enrolments.of_chat(turn.db, chat_id)
        if row.course in turn.library.courses
    ]
    return [
        turn.tr(
            "• Your course “{course}”: {done} of {all} lessons, its days and hour, and whether your first "
            "answers were right",
            course=turn.tr(COURSES[course.id][0]), done=done, all=len(course.lessons),
        )
        for course, done in rows
    ]  # fmt: skip


async def _agreed(turn: Turn) -> list[str]:
    """What somebody agreed to get on this chat, with the words they read."""
    lines = []
    chats = await people.chat_ids(turn.db, turn.talk.person_id)
    for one in [one for chat_id in chats for one in await consents.of_chat(turn.db, chat_id)]:
        name = turn.tr(STOPS[one.purpose].name)
        if one.given_at:
            given = _day(one.given_at)
            said = turn.tr("• On {day} you agreed to get here: {name}.", day=given, name=name)
            lines.append(said)
            lines.append(turn.tr("  You had read: “{text}”", text=" ".join(one.text.split())))
        if one.withdrawn_at:
            ended = _day(one.withdrawn_at)
            lines.append(turn.tr("• On {day} you ended here: {name}.", day=ended, name=name))
    return lines


async def _reminders(turn: Turn) -> list[str]:
    chats = await people.chat_ids(turn.db, turn.talk.person_id)
    waiting = [one for chat_id in chats for one in await reminders.of_chat(turn.db, chat_id)]
    return (
        [turn.tr("• Your open reminders: {n} (/reminders shows them)", n=len(waiting))]
        if waiting
        else []
    )


def _day(at: datetime) -> str:
    return f"{at.astimezone(WARD_ZONE):%d/%m/%Y}"


async def _requested(turn: Turn) -> list[str]:
    there = await requests.of_person(turn.db, turn.talk.person_id)
    return [turn.tr("• Your open help request")] if there else []


async def _attended(turn: Turn) -> list[str]:
    number = await attendance.kept_of(turn.db, turn.talk.person_id, turn.talk.member_id)
    line = turn.tr(
        "• That you came to a class: {n} now. Which one it was is kept until 7 days after it is closed.",
        n=number,
    )
    return [line] if number else []


async def _number(turn: Turn) -> list[str]:
    """A number left on Zalo's own form; what is typed here is never kept."""
    left = await contacts.phone(turn.db, turn.incoming.channel, turn.incoming.address)
    return [turn.tr("• The phone number you left on this app's own form, sealed")] if left else []


async def _role(turn: Turn) -> list[str]:
    """What the ward's register holds of somebody with a role."""
    member = await members.get(turn.db, turn.talk.member_id) if turn.talk.member_id else None
    if member is None:
        return []
    role = turn.tr(ROLE_NAMES[member.role])
    lines = [turn.tr("• In the ward's register: {name}, {role}", name=member.name, role=role)]
    if member.team:
        lines.append(turn.tr("• Your team: {team}", team=member.team))
    if member.role == APPLICANT:
        return lines
    lines.append(
        turn.tr(
            "• The sessions you logged (/mine). They belong to the ward's report and stay; "
            "deleting your data only cuts their link to this chat."
        )
    )
    return lines


async def _volunteer(turn: Turn) -> list[str]:
    """What somebody told and agreed to as a volunteer, with the words they read, and their shifts."""
    there = await volunteers.get(turn.db, turn.talk.member_id)
    if there is None:
        return []
    lines = await volunteer_words.lines(turn.tr, turn.db, there.told)
    coming = await shifts.of_member(turn.db, there.member_id, turn.now)
    day = _day(there.consented_at)
    return [
        turn.tr("What you told as a volunteer:"),
        *lines,
        turn.tr("• On {day} you pledged and agreed to this:", day=day),
        *(f"  “{' '.join(text.split())}”" for text in there.texts.values()),
        turn.tr(
            "• Your shifts to come: {n}. Hours you worked stay in the ward's reports.",
            n=len(coming),
        ),
    ]


async def _as_volunteer(turn: Turn) -> list[Option]:
    """To correct that, and to take it back."""
    if await volunteers.get(turn.db, turn.talk.member_id) is None:
        return []
    return [
        turn.option("Change what I told", "volunteer:edit"),
        turn.option("Stop being a volunteer", "unvolunteer"),
    ]
