"""What a log sentence says, as answers of the session form."""

from content.i18n import N_
from content.sentence import Said
from handlers import session_campaign, session_form
from handlers.forms import Answers, Invalid
from handlers.session_answers import QUIET
from handlers.turn import Turn

NAMED, PROBLEMS = "~named", "~problems"
"""Beside the answers: that a resident was named; what could not be taken from the sentence."""
DOUBTS = {
    "future": N_("That day has not come yet."),
    "old": N_("That day is more than a year ago."),
    "impossible_day": N_("There is no such day."),
    "vague_day": N_("I am not sure which day you mean."),
    "two_days": N_("You named two days."),
    "two_areas": N_("You named two areas."),
    "two_places": N_("You named two places."),
    "two_lengths": N_("You named two lengths of time."),
    "two_outcomes": N_("You told two results."),
}
"""Why something of a sentence is asked for once more."""


async def answers_said(turn: Turn, said: Said) -> Answers:
    """What a sentence says as answers, checked like typed ones; PROBLEMS is what could not be taken."""
    of_now = await _of_now(turn, said)
    campaign = await session_campaign.named(turn, said.campaign, said.date or turn.today)
    given: Answers = {
        "unfinished": str(said.unfinished or ""),
        "priority": ".".join(said.priority),
        "minutes": str(said.minutes or ""),
        "campaign": campaign or of_now.get("campaign", ""),
        "age": said.age_band or "",
        "first": "1" if said.first_time else "",
        "kind": said.kind,
        "place": said.place or of_now.get("place", ""),
        "audience": said.audience or ("business" if said.households else "citizen"),
        "outcome": _outcome(said),
    }
    if said.named:
        given[NAMED] = "1"
    answers, problems = QUIET | given, []
    people = said.people if said.people is not None else said.households
    wanted = {
        "people": "" if people is None else str(people),
        "topics": ".".join(said.topics),
        "date": "" if "date" in said.ask else (said.date or turn.today).isoformat(),
        "area": said.area or "",
        "households": str(said.households or ""),
    }
    for name, check in _CHECKS.items():
        if wanted[name]:
            try:
                answers[name] = await check(turn, answers, wanted[name])
            except Invalid as problem:
                problems.append(str(problem))
    if not said.area:
        answers["area"] = of_now.get("area") or await session_form.own_area(turn)
    for name in said.ask:
        answers.pop(name, None)
    problems += [turn.tr(DOUBTS[doubt]) for doubt in said.doubts if doubt in DOUBTS]
    return {**answers, PROBLEMS: "\n\n".join(problems)} if problems else answers


_CHECKS = {
    "people": session_form.people,
    "topics": session_form.topics,
    "date": session_form.day,
    "area": session_form.area,
    "households": session_form.optional_number,
}


async def _of_now(turn: Turn, said: Said) -> Answers:
    """What is known of who is checked in at a shift; nothing for help given on another day."""
    if "date" in said.ask or said.date not in (None, turn.today):
        return {}
    return await session_campaign.defaults(turn)


def _outcome(said: Said) -> str:
    """How it ended for most: what only some did not manage does not speak for the others."""
    if said.outcome is None or said.unfinished:
        return "helped"
    return said.outcome
