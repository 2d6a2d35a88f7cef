"""What an officer writes for everybody: short, on one line, and without what nobody may tell or ask."""

from content.i18n import N_
from content.mask import Secret, mask_for_all
from content.secret_wish import asks_for_secret
from handlers.broadcast_form import NUMBERS
from handlers.forms import Invalid
from handlers.turn import Turn

KINDS = NUMBERS | {Secret.ACCOUNT: N_("a long number that is no telephone number")}
"""A telephone number of the ward may be told here."""


def checked(turn: Turn, most: int) -> str:
    """What was just typed, before telephone numbers were masked. Invalid: why nobody may read it."""
    text = " ".join(turn.incoming.text.split())
    found = mask_for_all(text).found
    if not text:
        raise Invalid(turn.tr("Please write a few words."))
    if found:
        kinds = ", ".join(turn.tr(KINDS[kind]) for kind in sorted(found))
        raise Invalid(
            turn.tr("Everybody would read {kinds}. Please write it without.", kinds=kinds)
        )
    if asks_for_secret(text):
        raise Invalid(
            turn.tr(
                "This asks people for a password, an OTP or a card number. Nobody may do that, and "
                "crooks write just so. Please write it without."
            )
        )
    if len(text) > most:
        over = len(text) - most
        raise Invalid(
            turn.tr("That is {n} characters too long: at most {most}.", n=over, most=most)
        )
    return text
