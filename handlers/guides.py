"""Leading somebody through a guide, one step a message."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial, wraps

from content.guide import Guide, Line
from handlers import menu, runs, ward_lines_shown
from handlers.turn import Handler, Option, Reply, Turn


def of_guide(answer: Callable[[Turn, Guide, str], Awaitable[Reply]]) -> Handler:
    """A handler of choices `<guide id>:<rest>`: it gets the guide and the rest, and no guide that is gone."""

    @wraps(answer)
    async def handler(turn: Turn) -> Reply:
        name, _, rest = turn.argument.partition(":")
        guide = turn.guide(name)
        return await (answer(turn, guide, rest) if guide else menu.gone(turn))

    return handler


def counted(text: str, limit: int) -> int:
    """The number from 1 to `limit` that a text is; 0 for anything else."""
    number = int(text) if text.isdecimal() and len(text) < 4 else 0
    return number if number <= limit else 0


@of_guide
async def chosen(turn: Turn, guide: Guide, at: str) -> Reply:
    """`<id>` is the overview, `<id>:<n>` a step, `<id>:end` the question whether it worked."""
    if at == "end":
        return _did_it_work(turn, guide)
    number = counted(at, len(guide.steps))
    return await _step(turn, guide, number) if number else await _opened(turn, guide)


async def found(turn: Turn, name: str, others: list[str]) -> Reply:
    """The overview of a guide that free text led to, with a way to the others it may have meant."""
    guide = turn.guide(name)
    assert guide, name
    reply = await _opened(turn, guide)
    wrong = turn.option("Not what I meant", ":".join(["other", *others]))
    return replace(reply, options=(*reply.options, wrong))


async def forward(turn: Turn) -> Reply:
    """The next step of the guide in hand."""
    return await _move(turn, +1)


async def back(turn: Turn) -> Reply:
    """The step before; before the first one comes the overview."""
    return await _move(turn, -1)


async def again(turn: Turn) -> Reply:
    """The same step once more."""
    return await _move(turn, 0)


async def lost(turn: Turn) -> Reply:
    """Somebody says that they do not get on: what often goes wrong here, and a person."""
    known = turn.talk.state.get("guide")
    guide = known and turn.guide(known["id"])
    if not known or not guide:
        text = turn.tr("What do you want to do? Type it in a few words, or talk to a person.")
        return Reply(text, menu.choices(turn))
    step = step_in_hand(turn, guide)
    options = (
        back_to(turn, guide, step),
        turn.option("Common problems", f"problems:{guide.id}:{step}"),
        turn.option("Ask somebody to help", f"request:{guide.id}:{step}"),
        turn.option("Talk to a person", f"person:{guide.id}:{step}"),
    )
    return Reply(turn.tr("No hurry. What helps you now?"), options)


@of_guide
async def problems(turn: Turn, guide: Guide, step: str) -> Reply:
    """Common problems of a guide to choose from. `<id>:<step>` leads back to that step."""
    options = [
        Option(problem.title, f"problem:{guide.id}:{number}")
        for number, problem in enumerate(guide.problems, start=1)
    ]
    options += [
        back_to(turn, guide, step),
        turn.option("Talk to a person", f"person:{guide.id}:{step}"),
    ]
    return Reply(turn.tr("{title}\n\nWhat went wrong?", title=guide.title), tuple(options))


@of_guide
async def problem(turn: Turn, guide: Guide, number: str) -> Reply:
    """The answer to one common problem."""
    place = counted(number, len(guide.problems))
    if not place:
        return await problems(turn)
    return _problem_shown(turn, guide, place)


def _problem_shown(turn: Turn, guide: Guide, place: int) -> Reply:
    known = guide.problems[place - 1]
    step = step_in_hand(turn, guide)
    options = (
        *_links(turn, guide, known.answer),
        back_to(turn, guide, step),
        turn.option("Talk to a person", f"person:{guide.id}:{step}"),
    )
    return Reply(f"{known.title}\n\n{turn.shown_of(guide, known.answer.text)}", options)


def pages(turn: Turn, guide: Guide) -> list[Reply]:
    """All that a guide can say: its overview, its steps, its problems."""
    return [
        _overview(turn, guide),
        *(_step_shown(turn, guide, number) for number in range(1, len(guide.steps) + 1)),
        *(_problem_shown(turn, guide, place) for place in range(1, len(guide.problems) + 1)),
    ]


@of_guide
async def sources(turn: Turn, guide: Guide, _: str) -> Reply:
    """Where the facts of a guide come from."""
    lines = [f"• {source.title} ({source.date})\n{source.url}" for source in guide.sources]
    text = "\n\n".join([turn.tr("{title}\n\nWhere this comes from:", title=guide.title), *lines])
    return Reply(text, (back_to(turn, guide, ""),))


async def _opened(turn: Turn, guide: Guide) -> Reply:
    """The overview, with what the ward says of the guide."""
    return _overview(turn, guide, await ward_lines_shown.note(turn, guide))


def _overview(turn: Turn, guide: Guide, note: str = "") -> Reply:
    runs.at_overview(turn, guide.id)
    shown = partial(turn.shown_of, guide)
    needs = "\n".join(f"• {shown(need.text)}" for need in guide.needs)
    parts = [
        guide.title,
        turn.tr("For: {whom}", whom=shown(guide.for_whom.text)),
        turn.tr("You need:") + "\n" + needs if needs else "",
        turn.tr("Cost: {fee}", fee=shown(guide.fee.text)),
        turn.tr("Time: {time}", time=shown(guide.time.text)),
        note,
        _checked(turn, guide),
        _in_vietnamese(turn, guide),
    ]
    count = len(guide.steps)
    options = (
        Option(turn.tr("Start ({count} steps)", count=count), f"guide:{guide.id}:1"),
        turn.option("Common problems", f"problems:{guide.id}"),
        turn.option("Sources", f"sources:{guide.id}"),
        turn.option("Remind me later", f"remind:{guide.id}"),
        turn.option("Talk to a person", f"person:{guide.id}"),
    )
    return Reply("\n\n".join(filter(None, parts)), options)


def _in_vietnamese(turn: Turn, guide: Guide) -> str:
    """Said to who reads English, of a guide that is not in English."""
    if turn.talk.lang == "vi" or guide.id in turn.library.english:
        return ""
    return turn.tr("(The guide itself is in Vietnamese.)")


def _checked(turn: Turn, guide: Guide) -> str:
    day = guide.checked_on.strftime("%d/%m/%Y")
    if guide.stale(turn.today):
        return turn.tr(
            "Last checked on {day}: it may have changed since. Please ask before you go.", day=day
        )
    return turn.tr("Last checked on {day}.", day=day)


async def _step(turn: Turn, guide: Guide, number: int) -> Reply:
    await runs.at_step(turn, guide.id, number)
    return _step_shown(turn, guide, number)


def _step_shown(turn: Turn, guide: Guide, number: int) -> Reply:
    line, last = guide.steps[number - 1], number == len(guide.steps)
    head = turn.tr("Step {n} of {count}", n=number, count=len(guide.steps)) + f" · {guide.title}"
    following = (
        turn.option("Done", f"guide:{guide.id}:end")
        if last
        else turn.option("Continue", f"guide:{guide.id}:{number + 1}")
    )
    options = (
        following,
        turn.option(
            "Back", f"guide:{guide.id}:{number - 1}" if number > 1 else f"guide:{guide.id}"
        ),
        turn.option("Common problems", f"problems:{guide.id}:{number}"),
        *_links(turn, guide, line),
        turn.option("Talk to a person", f"person:{guide.id}:{number}"),
    )
    return Reply(f"{head}\n\n{turn.shown_of(guide, line.text)}", options)


def _did_it_work(turn: Turn, guide: Guide) -> Reply:
    options = (
        turn.option("Yes, it worked", f"done:{guide.id}"),
        turn.option("Not yet", f"stuck:{guide.id}"),
        turn.option("Back", f"guide:{guide.id}:{len(guide.steps)}"),
    )
    return Reply(turn.tr("That was the last step. Did it work?"), options)


async def _move(turn: Turn, by: int) -> Reply:
    known = turn.talk.state.get("guide")
    guide = known and turn.guide(known["id"])
    if not known or not guide:
        return await menu.menu(turn)
    step = max(0, known["step"] + by)
    if step > len(guide.steps):
        return _did_it_work(turn, guide)
    return await _step(turn, guide, step) if step else await _opened(turn, guide)


def _links(turn: Turn, guide: Guide, line: Line) -> tuple[Option, ...]:
    titles = turn.titles
    return tuple(
        Option(turn.tr("See: {title}", title=titles[other]), f"guide:{other}")
        for other in dict.fromkeys(line.links)
        if other != guide.id
    )


def step_in_hand(turn: Turn, guide: Guide) -> str:
    """The step somebody is at in this guide; "" when another is in hand, or none."""
    known = turn.talk.state.get("guide")
    return str(known["step"]) if known and known["id"] == guide.id else ""


def back_to(turn: Turn, guide: Guide, step: str) -> Option:
    """The way back to a step, or to the overview."""
    if counted(step, len(guide.steps)):
        return Option(turn.tr("Back to step {step}", step=step), f"guide:{guide.id}:{step}")
    return turn.option("Back to the guide", f"guide:{guide.id}")
