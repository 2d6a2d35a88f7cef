"""In a group others read along: questions and the log are answered there, everything else privately."""

from handlers.turn import Reply, Turn

OPEN_COMMANDS = frozenset({"", "start", "menu", "help", "back", "next", "stop", "log"})
OPEN_CHOICES = frozenset(
    {
        "", "menu", "help", "category", "section", "guide", "problems", "problem", "sources", "done", "stuck",
        "other", "wish", "rate", "log",
    }
)  # fmt: skip
LOG_FORM = "session"
"""The one form that is filled in before others: it names no resident."""


def fits(turn: Turn, command: str) -> bool:
    """Whether a command, a chosen option or an answer may be dealt with before others."""
    name, _, rest = turn.incoming.chosen.partition(":")
    if turn.talk.state.get("form", {}).get("name", LOG_FORM) != LOG_FORM:
        return False
    if name == "form":
        return rest.split(":")[0] == LOG_FORM
    return command in OPEN_COMMANDS and name in OPEN_CHOICES


async def privately(turn: Turn) -> Reply:
    text = turn.tr("That is better said between the two of us: please write to me in our own chat.")
    return Reply(text, (turn.option("Main menu", "menu"),))
