"""What is known of a person: their ward, area and language. Nothing that names them."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.models import Area, Chat, Person, Ward


@dataclass(frozen=True)
class Kept:
    """Everything the tables hold about one person, for showing it to them."""

    ward: str | None
    area: str | None
    lang: str
    chats: int


async def set_home(
    db: AsyncSession, person_id: int, ward_id: str | None, area_id: int | None
) -> None:
    await db.execute(
        update(Person).where(Person.id == person_id).values(ward_id=ward_id, area_id=area_id)
    )


async def set_lang(db: AsyncSession, person_id: int, lang: str) -> None:
    await db.execute(update(Person).where(Person.id == person_id).values(lang=lang))


async def kept(db: AsyncSession, person_id: int) -> Kept:
    chats = select(func.count()).where(Chat.person_id == Person.id).scalar_subquery()
    found = await db.execute(
        select(Ward.name, Area.name, Person.lang, chats)
        .select_from(Person)
        .outerjoin(Ward, Ward.id == Person.ward_id)
        .outerjoin(Area, Area.id == Person.area_id)
        .where(Person.id == person_id)
    )
    return Kept(*found.one())


async def chat_ids(db: AsyncSession, person_id: int) -> list[int]:
    """All chats of a person, on whatever channel."""
    return list(await db.scalars(select(Chat.id).where(Chat.person_id == person_id)))


async def lang_of(db: AsyncSession, person_id: int) -> str | None:
    return await db.scalar(select(Person.lang).where(Person.id == person_id))


async def lang_of_chat(db: AsyncSession, chat_id: int) -> str | None:
    """The language of the person a chat belongs to."""
    query = select(Person.lang).join(Chat, Chat.person_id == Person.id)
    return await db.scalar(query.where(Chat.id == chat_id))
