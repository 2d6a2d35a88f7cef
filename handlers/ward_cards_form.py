"""Writing an answer of the ward: what, where it is from, which guide; looked at before it is sent on."""

from dataclasses import replace

from content.guide_rules import SENTENCE_END
from content.i18n import N_
from handlers import forms, menu, naming_guides, public_words, ward_cards_approval
from handlers.checks import one_of_these
from handlers.forms import Answers, Field, Form, Invalid
from handlers.naming_guides import GUIDE, NAME
from handlers.turn import Reply, Turn
from handlers.ward_cards_words import guide_line, said
from store import gaps, members, ward_cards
from store.gaps import GroupRow
from store.ward_cards import CHANGED, CardRow, Wording

ACTION = "answers"
MAX_ANSWER, MAX_SENTENCES, MAX_SOURCE = 300, 3, 120
QUESTIONS = 10
"""Of a group, kept with the answer: what is near one of them is near the others."""


async def begin(turn: Turn, group: GroupRow) -> Reply:
    """Ask for the answer to a group."""
    asked = await forms.begin(turn, ANSWER, {"group": str(group.id)})
    return replace(asked, text=f"“{group.text}”\n\n{asked.text}")


async def change(turn: Turn, one: CardRow) -> Reply:
    """Ask for another wording of an answer that waits."""
    answers = {"group": str(one.group_id), "card": str(one.id)}
    asked = await forms.begin(turn, ANSWER, answers)
    now = turn.tr("Now it says: {text}", text=said(turn, one.answer, one.source, turn.today))
    return replace(asked, text=f"{now}\n\n{asked.text}")


async def _answer(turn: Turn, answers: Answers, typed: str) -> str:
    text = public_words.checked(turn, MAX_ANSWER)
    if len(SENTENCE_END.findall(f"{text.rstrip('.!?…')}.")) > MAX_SENTENCES:
        raise Invalid(turn.tr("At most {n} sentences, please.", n=MAX_SENTENCES))
    return text


async def _source(turn: Turn, answers: Answers, typed: str) -> str:
    return public_words.checked(turn, MAX_SOURCE)


async def _summary(turn: Turn, answers: Answers) -> str:
    lines = [
        turn.tr("Residents will see this:"),
        said(turn, answers["answer"], answers["source"], turn.today),
        *guide_line(turn, naming_guides.meant(answers)),
        turn.tr("Somebody else of the office looks at it first. Send it to them?"),
    ]
    return "\n\n".join(lines)


async def _saved(turn: Turn, answers: Answers) -> Reply:
    group = await gaps.group(turn.db, int(answers["group"]))
    member, role = turn.talk.member_id, turn.talk.role
    if group is None or group.ward_id != turn.talk.ward_id or member is None or role is None:
        return await menu.lapsed(turn)
    if not await _free(turn, answers, group):
        return Reply(
            turn.tr("Somebody was quicker: this was answered or put aside meanwhile."),
            (turn.option("See how it stands", f"gaps:open:{group.id}"),
             turn.option("Main menu", "menu")),
        )  # fmt: skip
    texts = [one.text for one in await gaps.texts(turn.db, group.id, QUESTIONS)]
    guide = naming_guides.meant(answers) or None
    wording = Wording(group.id, texts, answers["answer"], answers["source"], guide)
    number = await ward_cards.add(turn.db, group.ward_id, wording, member, role, turn.now)
    await members.note(turn.db, group.ward_id, member, "answer written", number, turn.now)
    return await ward_cards_approval.ask(turn, number, group.ward_id)


async def _free(turn: Turn, answers: Answers, group: GroupRow) -> bool:
    """Take the group, or the answer that is changed, away from everybody else."""
    if "card" not in answers:
        return await gaps.move(turn.db, group.id, (gaps.OPEN,), gaps.ASKED)
    decided = dict(decider_id=turn.talk.member_id, decider_role=turn.talk.role, decided_at=turn.now)
    before = (ward_cards.ASKED,)
    return await ward_cards.move(turn.db, int(answers["card"]), before, CHANGED, **decided)


async def _out(turn: Turn, answers: Answers) -> Reply:
    from handlers import gaps as asked  # whose questions lead to this form

    return await asked.gaps(replace(turn, argument=f"open:{answers['group']}"))


ANSWER = forms.register(
    Form(
        "wardanswer",
        (
            Field("answer", N_("What is the answer? At most 300 characters and 3 sentences."),
                  check=_answer, label=N_("The answer"), free=True, numbers=True, phones=True),
            Field("source", N_("Where is that from? The document with its number, or the office."),
                  check=_source, label=N_("Where it is from"), free=True, numbers=True, phones=True),
            Field(NAME, N_("Is there a guide to open with it? Type its name, or skip."),
                  check=naming_guides.named, label=N_("The guide"), optional=True, free=True),
            Field(GUIDE, N_("Which one?"), naming_guides.options, one_of_these,
                  naming_guides.several),
        ),
        _saved,
        _summary,
        action=ACTION,
        send=N_("Send for a second look"),
        out=_out,
    )
)  # fmt: skip
