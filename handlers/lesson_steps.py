"""“Tiếp”, “quay lại”, “nhắc lại”: in a lesson when one was shown last, else in the guide in hand."""

from dataclasses import replace

from handlers import guides, lessons
from handlers.turn import Handler, Reply, Turn


async def forward(turn: Turn) -> Reply:
    """The next part; after the last one the question, which stays until it is answered."""
    return await _step(turn, +1, guides.forward)


async def back(turn: Turn) -> Reply:
    """The part before."""
    return await _step(turn, -1, guides.back)


async def again(turn: Turn) -> Reply:
    """The same once more."""
    return await _step(turn, 0, guides.again)


async def _step(turn: Turn, by: int, otherwise: Handler) -> Reply:
    shown = turn.talk.offer[0][1].split(":") if turn.talk.offer else []
    lesson = turn.library.lessons.get(shown[-2]) if len(shown) > 2 else None
    if lesson is None:
        return await otherwise(turn)
    asks = len(lesson.parts) + 1
    if shown[0] == "quiz":
        at, number = asks, shown[1]
    elif shown[:2] == [
        "lesson",
        "part",
    ]:  # the option leads to the part after the one that was shown
        at, number = int(shown[-1]) - 1, shown[2]
    else:
        return await otherwise(turn)
    part = min(max(at + by, 1), asks)
    return await lessons.chosen(replace(turn, argument=f"part:{number}:{lesson.id}:{part}"))
