"""What is kept about a person, shown and deleted (Luật 91/2025/QH15, Đ4; facts/programme.md e.2)."""

from content.i18n import LANGUAGES
from handlers.turn import Reply, Turn
from store import chats, people


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
        "",
        turn.tr(
            "Not kept: your name, your phone number, what you write. A form you have not finished "
            "is kept for a day. Questions I could not answer, guide counts, ratings and feedback "
            "are kept without saying whose they are."
        ),
    ]
    options = (turn.option("Delete it all", "forget"), turn.option("Main menu", "menu"))
    return Reply("\n".join(lines), options)


async def forget(turn: Turn) -> Reply:
    """Delete, after asking once."""
    if turn.argument != "yes":
        options = (turn.option("Yes, delete", "forget:yes"), turn.option("No, keep it", "menu"))
        return Reply(turn.tr("Delete everything kept about you?"), options)
    await chats.forget(turn.db, turn.talk, turn.now)
    return Reply(
        turn.tr(
            "Deleted. The address of this chat goes within a day, unless you write again: "
            "then we start from the beginning."
        ),
        (turn.option("Main menu", "menu"),),
    )
