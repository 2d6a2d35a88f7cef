"""The ward's news, for residents: saying yes to it, and knowing how it ends."""

from content.ward import Ward
from handlers import menu, stopping
from handlers.broadcast_words import sender
from handlers.turn import Option, Reply, Turn
from store import consents
from store.consents import NEWS


async def news(turn: Turn) -> Reply:
    """`/news`: ask for the yes, or say that it comes."""
    if turn.ward is None:
        text = turn.tr("News comes from your ward. Please choose it first, then type “nhận tin”.")
        return Reply(text, (turn.option("Choose your ward", "ward"), *menu.choices(turn)))
    if not turn.can.push:
        text = turn.tr("Here I can only answer, so no news can come. Please ask on another app.")
        return Reply(text, menu.choices(turn))
    if await consents.active(turn.db, turn.talk.chat_id, NEWS):
        return _comes(turn, turn.tr("The ward's news comes to you here."))
    if turn.may("log") and not await consents.refused(turn.db, turn.talk.chat_id, NEWS):
        return _comes(turn, turn.tr("The ward's messages come to you here, for your work."))
    yes = Option(turn.tr("Yes, send it to me"), f"news:yes:{turn.ward.id}")
    return Reply(_consent(turn, turn.ward), (yes, turn.option("No", "news:no")))


async def chosen(turn: Turn) -> Reply:
    """`news:yes:<ward>` to what was shown for that ward, or `news:no`."""
    answer, _, ward_id = turn.argument.partition(":")
    if answer == "no":
        return Reply(turn.tr("All right, no news comes here."), menu.choices(turn))
    if answer != "yes" or turn.ward is None or turn.ward.id != ward_id or not turn.can.push:
        return await news(turn)
    text = _consent(turn, turn.ward)
    await consents.give(turn.db, turn.talk.chat_id, NEWS, text, turn.now)
    return _comes(turn, turn.tr("Thank you. From now on the ward's news comes to you here."))


def _comes(turn: Turn, text: str) -> Reply:
    ends = turn.tr("To get no more of it, type “dừng tin” any time.")
    return Reply(f"{text} {ends}", (*menu.choices(turn), stopping.option(turn, NEWS)))


def _consent(turn: Turn, ward: Ward) -> str:
    """Who sends what, when, and how it ends: kept with the yes (facts/programme.md, e.2)."""
    lines = [
        turn.tr("Shall {sender} send you news here?", sender=sender(turn.tr, ward)),
        turn.tr("• What: announcements, warnings of scams, dates of classes"),
        turn.tr("• When: between 7:00 and 21:00; on the web page when you open it"),
        turn.tr("• To end it: type “dừng tin” any time"),
        turn.tr("Your yes is kept with this text and the day, until you delete your data."),
    ]
    return "\n".join(lines)
