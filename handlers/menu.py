"""Greeting, main choices, help, and the ways out when something is not understood."""

from content.i18n import N_
from handlers.turn import Option, Reply, Turn

CATEGORIES = {
    "vneid": (N_("VNeID, papers, residence"), ("vneid", "residence", "papers", "sign", "traffic")),
    "dvc": (
        N_("Public services, insurance, school"),
        ("dvc", "health", "insurance", "school", "business"),
    ),
    "pay": (N_("Paying, bank, buying online"), ("pay", "bank", "wallet", "shop")),
    "safety": (N_("Scams, Zalo, phone"), ("safety", "accounts", "phone")),
}
"""The four big choices: label, and the folders of content/guides behind it."""

SECTIONS = {
    "vneid": N_("VNeID"),
    "residence": N_("Residence, ID card"),
    "papers": N_("Passport, land, other papers"),
    "sign": N_("Digital signature"),
    "traffic": N_("Driving licence, vehicles, fines"),
    "dvc": N_("Public services online"),
    "health": N_("Health book, seeing a doctor"),
    "insurance": N_("Insurance, pension, benefits"),
    "school": N_("School"),
    "business": N_("Business households, selling"),
    "pay": N_("Transfers, QR, bills"),
    "bank": N_("Trouble with the bank"),
    "wallet": N_("Electronic wallets"),
    "shop": N_("Buying online"),
    "safety": N_("Scams, lost money"),
    "accounts": N_("Zalo, Facebook, email"),
    "phone": N_("Phone, internet, AI"),
}
"""Folder of content/guides → what residents call it."""

PAGE = 8

ONLY_TEXT = N_(
    "I can only read text. Please type your question in a few words. "
    "Do not send photos of your papers."
)


WORK = (
    ("log", N_("Log help I gave"), "log"),
    ("figures", N_("Figures and reports"), "office"),
)
"""What the people of the ward see before the choices of residents: permission, label, choice."""


def choices(turn: Turn) -> tuple[Option, ...]:
    """The work of those who have some, the four big choices and a person: the way on from anywhere."""
    work = [turn.option(label, value) for action, label, value in WORK if turn.may(action)]
    categories = [turn.option(label, f"category:{name}") for name, (label, _) in CATEGORIES.items()]
    lessons = turn.option("Short lessons, a few minutes a day", "learn")
    return (*work, *categories, lessons, turn.option("Talk to a person", "person"))


async def start(turn: Turn) -> Reply:
    """Greet; or open what a QR code or link names: a ward, an area, a guide."""
    from handlers import payload  # payloads open guides, whose dead ends lead back to this menu

    if turn.argument:
        return await payload.opened(turn)
    turn.talk.state = {}
    return greeting(turn)


def greeting(turn: Turn) -> Reply:
    who = turn.ward.name if turn.ward else turn.tr("the ward")
    parts = [
        turn.tr("Hello. I am an automatic assistant of {ward}, not a person.", ward=who),
        turn.tr(
            "I show you, one step at a time, how to use VNeID, do paperwork online, "
            "pay without cash and stay safe from scams."
        ),
        turn.tr('Whenever you want a person, press "Talk to a person".'),
        turn.tr("Choose below, or just type your question."),
    ]
    if turn.ward and turn.ward.invented:
        parts.insert(1, turn.tr("This is a trial: the ward is invented."))
    return Reply("\n\n".join(parts), choices(turn))


async def menu(turn: Turn) -> Reply:
    return Reply(
        turn.tr("What do you want to do? Choose below, or just type your question."), choices(turn)
    )


async def category(turn: Turn) -> Reply:
    """The sections behind one of the big choices."""
    name = turn.argument.partition(":")[0]
    if name not in CATEGORIES:
        return await lapsed(turn)
    label, folders = CATEGORIES[name]
    options = [turn.option(SECTIONS[folder], f"section:{folder}") for folder in folders]
    options.append(turn.option("Main menu", "menu"))
    return Reply(turn.tr(label) + "\n\n" + turn.tr("Which one?"), tuple(options))


async def section(turn: Turn) -> Reply:
    """The guides of a section, eight at a time."""
    name, _, page = turn.argument.partition(":")
    if name not in SECTIONS:
        return await lapsed(turn)
    titles = turn.titles
    ids = [guide.id for guide in turn.library.guides.values() if guide.category == name]
    first = PAGE * int(page) if page.isdecimal() and len(page) < 4 else 0
    options = [Option(titles[guide], f"guide:{guide}") for guide in ids[first : first + PAGE]]
    if len(ids) > first + PAGE:
        options.append(turn.option("More", f"section:{name}:{first // PAGE + 1}"))
    if first:
        options.append(turn.option("Back", f"section:{name}:{first // PAGE - 1}"))
    options.append(turn.option("Main menu", "menu"))
    return Reply(turn.tr(SECTIONS[name]) + "\n\n" + turn.tr("Which one?"), tuple(options))


async def help(turn: Turn) -> Reply:
    """What it can do, what it never asks for, and every command."""
    from handlers.commands import COMMANDS  # the table of commands names this handler

    shown = [(name, command) for name, command in COMMANDS.items() if turn.may(command.action)]
    lines = [f"/{name}: {turn.tr(command.help)}" for name, command in shown]
    about = turn.tr(
        "Type your question as you would say it, with or without accents. I never ask for "
        "your citizen number, password, OTP or card number. I am a machine and can be wrong: "
        "for anything important, ask a person."
    )
    return Reply(about + "\n\n" + "\n".join(lines), choices(turn))


async def stop(turn: Turn) -> Reply:
    """Leave whatever is open."""
    turn.talk.state = {}
    return Reply(turn.tr("Stopped. Type your question any time."), choices(turn))


async def lapsed(turn: Turn) -> Reply:
    """An old button whose question is closed, or a choice nobody knows."""
    return Reply(turn.tr("That choice is no longer open. Please choose again."), choices(turn))


async def gone(turn: Turn) -> Reply:
    return Reply(turn.tr("That guide is no longer here. Please choose another."), choices(turn))


async def unknown_command(turn: Turn) -> Reply:
    return Reply(turn.tr("I do not know that command. /help lists them all."), choices(turn))


async def not_allowed(turn: Turn) -> Reply:
    """Something that needs a role the person does not have."""
    text = turn.tr(
        "That is for the people who do this work in the ward. If the ward invited you, type the "
        "6-digit code you were given."
    )
    return Reply(text, choices(turn))


async def only_text(turn: Turn) -> Reply:
    """Nothing that could be read: said kindly, with a way on; what was open stays open."""
    return Reply(turn.tr(ONLY_TEXT), as_before(turn))


async def no_words(turn: Turn) -> Reply:
    """Only signs, or only a number that was not kept."""
    text = turn.tr(
        "Please type your question in a few words. If you want the ward to call you, press "
        '"Talk to a person".'
    )
    return Reply(text, as_before(turn))


async def too_long(turn: Turn) -> Reply:
    """A message longer than is read; what was open stays open."""
    text = turn.tr("That message is too long for me. Please say it in a few sentences.")
    return Reply(text, as_before(turn))


async def welcome(turn: Turn) -> Reply:
    """The answer to thanks; what stood there stands."""
    offer = tuple(Option(label, value) for label, value in turn.talk.offer)
    return Reply(
        turn.tr("You are welcome. Write to me whenever you need something."), offer or choices(turn)
    )


async def which(turn: Turn) -> Reply:
    """A number that is none of those offered: the same choice again."""
    offer = tuple(Option(label, value) for label, value in turn.talk.offer)
    return Reply(turn.tr("Please choose a number from 1 to {n}.", n=len(offer)), offer)


async def came_late(turn: Turn) -> Reply:
    """An answer that was long under way: what it answered may not be what is asked now."""
    text = turn.tr(
        "Your message came late, so I am not sure which question it answers. Please answer again."
    )
    return Reply(text, tuple(Option(label, value) for label, value in turn.talk.offer))


async def failed(turn: Turn) -> Reply:
    """The answer when a handler broke: an apology and a way on."""
    turn.talk.state.pop("form", None)
    return Reply(
        turn.tr("Sorry, something went wrong on my side. Please try again, or choose below."),
        choices(turn),
    )


def as_before(turn: Turn) -> tuple[Option, ...]:
    """The options offered last, while a question is open; otherwise the main choices."""
    if "form" in turn.talk.state:
        return tuple(Option(label, value) for label, value in turn.talk.offer)
    return choices(turn)
