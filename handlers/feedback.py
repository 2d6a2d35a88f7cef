"""Difficulties, proposals and scams that residents tell the ward."""

from collections.abc import Sequence

from content.i18n import N_
from content.urgent import URGENT_GUIDE
from handlers import forms, menu
from handlers.checks import one_of_these
from handlers.forms import Answers, Field, Form, Invalid
from handlers.turn import Option, Reply, Turn
from store import counts

KINDS = {
    "difficulty": N_("Something is difficult"),
    "proposal": N_("A proposal"),
    "scam": N_("A scam I met"),
}
MAX_TEXT = 1000


async def begin(turn: Turn) -> Reply:
    return await forms.begin(turn, FEEDBACK)


async def _kinds(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(turn.tr(label), kind) for kind, label in KINDS.items()]


async def _text(turn: Turn, answers: Answers, typed: str) -> str:
    if not typed:
        raise Invalid(turn.tr("Please write a few words."))
    return typed[:MAX_TEXT]


async def _summary(turn: Turn, answers: Answers) -> str:
    label = KINDS[answers["kind"]]
    note = turn.tr("It goes to the ward without your name. Send it?")
    return f"{turn.tr(label)}\n\n{answers['text']}\n\n{note}"


async def _saved(turn: Turn, answers: Answers) -> Reply:
    talk = turn.talk
    await counts.add_feedback(
        turn.db, answers["kind"], answers["text"], talk.ward_id, talk.area_id,
        turn.incoming.channel, turn.today,
    )  # fmt: skip
    thanks = turn.tr("Thank you. It is written down for the ward, without your name.")
    urgent = turn.tr(
        "If you are losing money right now, call your bank first, then the police on 113."
    )
    if answers["kind"] != "scam" and not turn.library.finder.urgent(answers["text"]):
        return Reply(thanks, menu.choices(turn))
    guide = turn.library.guides.get(URGENT_GUIDE)
    help_now = (Option(guide.title, f"guide:{guide.id}"),) if guide else ()
    return Reply(f"{thanks}\n\n{urgent}", (*help_now, *menu.choices(turn)))


FEEDBACK = forms.register(
    Form(
        "feedback",
        (
            Field("kind", N_("What is it about?"), _kinds, one_of_these, label=N_("The kind")),
            Field(
                "text",
                N_("Please tell it in a few sentences. Leave out names and numbers of people."),
                check=_text,
                label=N_("The text"),
                free=True,
            ),
        ),
        _saved,
        _summary,
    )
)
