"""One fact instead of a whole guide: its short answer, where it comes from, and the way to the guide."""

from collections.abc import Iterable

from content.answer import Answer
from content.card import Card
from content.guide import Guide, Line
from handlers import guides, runs
from handlers.turn import Option, Reply, Turn

MOST_SOURCES = 2
"""Named below a short answer; all of them stand in the guide."""


async def tell(turn: Turn, answer: Answer) -> Reply:
    """What the answer tells of its first guide; the other guides may be meant instead."""
    guide = turn.guide(answer.guides[0])
    assert guide, answer.guides
    amid = guides.step_in_hand(turn, guide)
    if not amid:
        runs.at_overview(turn, guide.id)
    text = _card(turn, answer.card) if answer.card else _part(turn, guide, answer)
    if amid and amid != "0":
        way = guides.back_to(turn, guide, amid)
    else:
        way = Option(turn.tr("Open the guide: {title}", title=guide.title), f"guide:{guide.id}")
    wrong = turn.option("Not what I meant", ":".join(["other", *answer.guides[1:]]))
    person = turn.option("Talk to a person", f"person:{guide.id}")
    return Reply(text, (way, wrong, person))


def _card(turn: Turn, card: Card) -> str:
    english = turn.talk.lang == "en" and card.en
    said = turn.shown(card.en, "en") if english else turn.shown(card.answer.text, "vi")
    return "\n\n".join([said, _sources(turn, None, [card.answer])])


def _part(turn: Turn, guide: Guide, answer: Answer) -> str:
    original = turn.library.guides[guide.id]
    if answer.line:
        # an English version says the same, line by line
        places = [at for at, line in enumerate(original.lines) if line == answer.line]
        lines, said = [answer.line], [turn.shown_of(guide, guide.lines[places[0]].text)]
    else:
        lines = [line for name in answer.aspects for line in _lines(original, name)]
        said = [part for name in answer.aspects for part in _aspect(turn, guide, name)]
    return "\n\n".join([guide.title, "\n".join(said), _sources(turn, original, lines)])


def _lines(guide: Guide, aspect: str) -> tuple[Line, ...]:
    return {
        "fee": (guide.fee,),
        "time": (guide.time,),
        "needs": guide.needs,
        "whom": (guide.for_whom,),
    }[aspect]


def _aspect(turn: Turn, guide: Guide, aspect: str) -> list[str]:
    """An aspect as the overview says it."""
    if aspect == "fee":
        return [turn.tr("Cost: {fee}", fee=turn.shown_of(guide, guide.fee.text))]
    if aspect == "time":
        return [turn.tr("Time: {time}", time=turn.shown_of(guide, guide.time.text))]
    if aspect == "whom":
        return [turn.tr("For: {whom}", whom=turn.shown_of(guide, guide.for_whom.text))]
    needs = [f"• {turn.shown_of(guide, need.text)}" for need in guide.needs]
    return [turn.tr("You need:"), *needs] if needs else [turn.tr("You need nothing special.")]


def _sources(turn: Turn, guide: Guide | None, lines: Iterable[Line]) -> str:
    """Where these lines come from, each source once, with its day."""
    lines = list(lines)
    facts = [turn.library.facts[name].source for line in lines for name in line.facts]
    named = [(one.title, one.date) for one in facts]
    cited = {key for line in lines for key in line.cites}
    named += [(one.title, one.date) for one in guide.sources if one.id in cited] if guide else []
    first = list(dict.fromkeys(named))[:MOST_SOURCES]
    told = "; ".join(f"{title} ({_day(day)})" for title, day in first)
    if told:
        return turn.tr("Source: {sources}.", sources=told)
    if guide:
        return turn.tr("Last checked on {day}.", day=f"{guide.checked_on:%d/%m/%Y}")
    return ""


def _day(day: str) -> str:
    """ "2026-07-15" → "15/07/2026", "2026-07" → "07/2026"."""
    return "/".join(reversed(day.split("-")))
