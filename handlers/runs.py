"""Counting guide runs. Only while one is in hand does a chat know its number."""

from handlers.turn import Turn
from store import counts

UNBEGUN = 0
"""Instead of the number of a run, which counts from 1."""


def at_overview(turn: Turn, guide_id: str) -> None:
    """This guide is the one in hand from now on, before its first step: no run yet."""
    known = turn.talk.state.get("guide")
    run = known["run"] if known and known["id"] == guide_id else UNBEGUN
    turn.talk.state = {"guide": {"id": guide_id, "step": 0, "run": run}, **_later(turn)}


async def at_step(turn: Turn, guide_id: str, number: int) -> None:
    """Remember the step; a new run is counted when this guide was not the one in hand."""
    known = turn.talk.state.get("guide")
    if known and known["id"] == guide_id and known["run"] != UNBEGUN:
        run = known["run"]
    else:
        ward, channel = turn.talk.ward_id, turn.incoming.channel
        run = await counts.start_run(turn.db, guide_id, ward, channel, turn.today)
    turn.talk.state = {"guide": {"id": guide_id, "step": number, "run": run}, **_later(turn)}


async def end(turn: Turn, guide_id: str, outcome: str, step: int | None = None) -> None:
    """Record how the run in hand ended, once; the link between it and this chat ends here."""
    run = turn.talk.state.get("guide")
    if not run or run["id"] != guide_id or run["run"] in (None, UNBEGUN):
        return
    await counts.end_run(turn.db, run["run"], outcome, step)
    if outcome == counts.DONE:
        turn.talk.state = {"rate": guide_id, **_later(turn)}
    else:
        turn.talk.state = {"guide": {**run, "run": None}, **_later(turn)}


def _later(turn: Turn) -> dict[str, str]:
    """The second of two wishes, kept until the first is done."""
    later = turn.talk.state.get("later")
    return {"later": later} if later else {}
