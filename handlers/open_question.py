"""What the question that is open in a form takes as an answer."""

from content.mask import mask_for_all
from handlers.forms import FORMS, Field
from handlers.turn import Turn


def listens(turn: Turn) -> bool:
    """Whether the open question, if there is one, takes whatever is told."""
    field = _open_field(turn)
    return field is not None and field.free


def takes_names(turn: Turn) -> bool:
    """Whether the open question asks for somebody's name."""
    field = _open_field(turn)
    return field is not None and field.names


def takes_numbers(turn: Turn) -> bool:
    """Whether a number means an option now: not while the open question takes numbers as answers."""
    field = _open_field(turn)
    return field is None or not field.numbers


def alarms(turn: Turn) -> bool:
    """Whether the message holds what nobody should tell; a telephone number may be what is asked for."""
    field = _open_field(turn)
    masked = mask_for_all(turn.incoming.text) if field and field.phones else turn.masked
    return masked.alarming


def _open_field(turn: Turn) -> Field | None:
    opened = turn.talk.state.get("form", {})
    form = FORMS.get(opened.get("name", ""))
    found = [field for field in form.fields if field.name == opened["at"]] if form else []
    return found[0] if found else None
