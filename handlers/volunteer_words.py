"""What a volunteer told, in words."""

from sqlalchemy.ext.asyncio import AsyncSession

from content import free_hours
from content.i18n import N_
from content.topics import TOPIC_NAMES, codes_of
from content.when import NAMES
from handlers.notices import Tr
from store import wards
from store.volunteers import Told

EVERY_DAY = N_("every day")
WEEKEND = (5, 6)


async def lines(tr: Tr, db: AsyncSession, told: Told) -> list[str]:
    """One thing a line."""
    return in_lines(tr, told, await area_of(db, told))


async def area_of(db: AsyncSession, told: Told) -> str | None:
    """Where they would rather help."""
    return await wards.area_named(db, told.area_id) if told.area_id else None


def in_lines(tr: Tr, told: Told, area: str | None) -> list[str]:
    topics = ", ".join(tr(TOPIC_NAMES[code]) for code in codes_of(told.topics))
    return [
        tr("• Year of birth: {year}", year=told.birth_year),
        tr("• From: {branch}", branch=told.branch),
        tr("• Can help with: {topics}", topics=topics),
        tr("• Free: {hours}", hours=hours(tr, told.hours)),
        tr("• Would rather help in: {area}", area=area or tr("anywhere")),
    ]


def hours(tr: Tr, bits: int) -> str:
    """ "sáng thứ Bảy; chiều Chủ nhật", "tối mọi ngày", "lúc nào cũng được"."""
    if bits == free_hours.ALWAYS:
        return tr("any time")
    return "; ".join(_group(tr, *group) for group in free_hours.grouped(bits))


def _group(tr: Tr, days: tuple[int, ...], parts: tuple[int, ...]) -> str:
    named = ", ".join(tr(NAMES[day]) for day in days)
    when = tr(EVERY_DAY) if len(days) == free_hours.DAYS else named
    if len(parts) == free_hours.PARTS:
        return tr("{days}, all day", days=when)
    names = ", ".join(tr(free_hours.PART_NAMES[part]) for part in parts)
    return tr("{parts} {days}", parts=names, days=when)
