"""The way to a person: the ward's contact card, with only what the ward has told us."""

from content.ward import Contact
from handlers import runs, ward_lines_shown
from handlers.guides import counted
from handlers.turn import Option, Reply, Turn
from store import counts


async def card(turn: Turn) -> Reply:
    """Where to find a person. From a guide's step (`<guide>:<step>`) it also counts where it stuck."""
    back = await _stuck_at(turn)
    if turn.ward is None:
        text = turn.tr(
            "You can go to the public service centre (Trung tâm Phục vụ hành chính công) of your ward, "
            "or to the ward police for VNeID and residence. Tell me your ward for its contact card."
        )
        return Reply(
            text, (*back, turn.option("Choose your ward", "ward"), turn.option("Main menu", "menu"))
        )
    contacts = (await ward_lines_shown.now(turn.db, turn.ward)).contacts
    cards = "\n\n".join(shown(turn, contact) for contact in contacts)
    head = turn.tr("People who can help you in {ward}:", ward=turn.ward.name)
    unsure = turn.tr("Opening hours and phone numbers that are missing here: ask at the place.")
    ask = turn.option("Ask somebody to help me", f"request:{turn.argument}".rstrip(":"))
    known = all(contact.phone and contact.hours for contact in contacts)
    text = "\n\n".join([head, cards] if known else [head, cards, unsure])
    return Reply(text, (*back, ask, turn.option("Main menu", "menu")))


async def _stuck_at(turn: Turn) -> tuple[Option, ...]:
    name, _, step = turn.argument.partition(":")
    guide = turn.guide(name)
    number = counted(step, len(guide.steps)) if guide else 0
    if guide is None or not number:
        return ()
    await runs.end(turn, guide.id, counts.STUCK, number)
    label = turn.tr("Back to step {step}", step=step)
    return (Option(label, f"guide:{guide.id}:{step}"),)


def shown(turn: Turn, contact: Contact) -> str:
    """A contact as residents see it."""
    lines = [contact.name]
    if contact.address:
        lines.append(turn.tr("Address: {address}", address=contact.address))
    if contact.hours:
        lines.append(turn.tr("Open: {hours}", hours=contact.hours))
    if contact.phone:
        lines.append(turn.tr("Phone: {phone}", phone=contact.phone))
    return "\n".join(lines)
