"""How it went: done or stuck, and a rating."""

from dataclasses import replace

from content.guide import Guide
from content.i18n import N_
from handlers import guides, menu, runs
from handlers.guides import counted, of_guide
from handlers.turn import Option, Reply, Turn
from store import counts

SCORES = {
    5: N_("5: very easy"),
    4: N_("4: easy"),
    3: N_("3: so-so"),
    2: N_("2: hard"),
    1: N_("1: very hard"),
}


@of_guide
async def done(turn: Turn, guide: Guide, _: str) -> Reply:
    """It worked: thanks, and a rating."""
    await runs.end(turn, guide.id, counts.DONE)
    options = [
        Option(turn.tr(label), f"rate:{guide.id}:{score}") for score, label in SCORES.items()
    ]
    options.append(turn.option("Main menu", "menu"))
    return Reply(turn.tr("Well done! Was this guide easy to follow?"), tuple(options))


@of_guide
async def stuck(turn: Turn, guide: Guide, step: str) -> Reply:
    """It did not work: at which step? Then the common problems and a person."""
    number = counted(step, len(guide.steps))
    if not number:
        numbers = range(1, len(guide.steps) + 1)
        options = [Option(turn.tr("Step {n}", n=n), f"stuck:{guide.id}:{n}") for n in numbers]
        options.append(turn.option("Talk to a person", "person"))
        return Reply(turn.tr("That happens. At which step did you get stuck?"), tuple(options))
    await runs.end(turn, guide.id, counts.STUCK, number)
    listed = await guides.problems(turn)
    text = turn.tr(
        "Noted, so that we can make this step clearer. Is it one of these? A person can also help you."
    )
    return replace(listed, text=text)


@of_guide
async def rate(turn: Turn, guide: Guide, score: str) -> Reply:
    """Keep a rating, once for each time the guide was finished."""
    stars, ward = counted(score, max(SCORES)), turn.talk.ward_id
    if not stars:
        return await menu.lapsed(turn)
    if turn.talk.state.pop("rate", "") == guide.id:
        await counts.add_rating(turn.db, "guide", guide.id, stars, ward, turn.today)
    later = turn.talk.state.pop("later", "")
    following = [later] if later in turn.titles else []
    following += [other for other in guide.related if other != later]
    related = [Option(turn.titles[other], f"guide:{other}") for other in following]
    return Reply(
        turn.tr("Thank you. What else can I help you with?"),
        (*related, turn.option("Main menu", "menu")),
    )
