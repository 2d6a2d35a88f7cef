"""The short word of a campaign: what it may be, and one made of its name."""

import re
from collections.abc import Iterator

from sqlalchemy.ext.asyncio import AsyncSession

from content.fold import words
from content.i18n import DEFAULT, N_
from content.library import Library
from content.ward import Ward
from handlers import figures, forms, lessons
from handlers.payload import named
from store import campaigns

_CODE = re.compile(r"(?=.*[A-Z])(?=.*[0-9])[A-Z0-9]{3,12}")
"""With a digit it is no everyday word: LUADAO would hide what somebody asks in danger."""
RESERVED = frozenset(
    "LOP CLASS CODE XACNHAN DUNG STOP TOSO VNEID DVC TINHNGUYEN CHIENDICH CATRUC VAOCA RACA".split()
)
"""Words that begin another answer."""
NO_WORD = N_("The word needs 3 to 12 capital letters and digits, at least one of each: HE2026.")
A_WORD = N_("That word already means something else here. Please take another, for example HE2026.")
TAKEN = N_("The ward already has a campaign with that word. Please take another.")


def made_of(name: str, year: int) -> Iterator[str]:
    """ "Mùa hè xanh 2026": MHX2026, then with letters behind it."""
    letters = "".join(word[0] for word in words(name).split() if word[0].isalpha()).upper()[:7]
    begins = letters if len(letters) > 1 else f"CD{letters}"
    yield f"{begins}{year}"
    yield from (f"{begins}{year}{letter}" for letter in "BCDEFGHIJK")


async def why_not(db: AsyncSession, library: Library, ward: Ward | None, code: str) -> str:
    """Why a campaign cannot have this word; "": it can."""
    if not _CODE.fullmatch(code):
        return NO_WORD
    if means_something(library, ward, code):
        return A_WORD
    there = await campaigns.by_code(db, ward.id if ward else "", code)
    return TAKEN if there else ""


def means_something(library: Library, ward: Ward | None, code: str) -> bool:
    """Whether a command, a guide, a course, an indicator or a ward is opened by that word."""
    from handlers.commands import COMMANDS  # which names the handler of this form

    spoken = {words(word) for name, one in COMMANDS.items() for word in (name, *one.words)}
    guides = library.guides.values()
    spoken |= {words(alias) for guide in guides for alias in (guide.id, *guide.aliases)}
    spoken |= {word for course, known in lessons.SHORT.items() for word in (course, *known)}
    spoken |= {words(one.name) for one in library.wards.values()} | forms.YES
    said = words(code)
    joined = {word.replace(" ", "") for word in spoken}
    figure = ward and figures.find(library, ward, code)
    wards_ids = set(library.wards)
    known = code in RESERVED or said in joined or said in wards_ids or bool(figure)
    return known or named(library, said, DEFAULT) is not None
