"""Who came to a class: codes typed, names ticked, and the anonymous results of its check."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    case,
    delete,
    distinct,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from store.class_models import Attendance, ClassCheck, TrainingClass
from store.classes import HELD, OPEN
from store.dialect import upsert
from store.log_models import SupportSession
from store.register import IN_TEAMS
from store.team_models import Member

CODE, NAME = "code", "name"
BEFORE, AFTER = "before", "after"
ENOUGH = 80
"""Percent of right answers from which a check is passed."""


@dataclass(frozen=True)
class Came:
    """What is known of who came: `codes` typed, `named` ticked, `passed` the check at the end."""

    codes: int
    named: int
    checked: int
    """How many did the check at the end."""
    passed: int

    def people(self, counted: int | None) -> int:
        """Who typed the code was counted in the room too; nobody is counted twice."""
        return max(counted or 0, self.codes)


async def came(db: AsyncSession, class_id: int) -> Came:
    by_how = select(func.count()).where(Attendance.class_id == class_id)
    right = ClassCheck.right * 100 >= ClassCheck.asked * ENOUGH
    checks = select(func.count(), func.coalesce(func.sum(case((right, 1), else_=0)), 0)).where(
        ClassCheck.class_id == class_id, ClassCheck.stage == AFTER
    )
    codes = await db.scalar(by_how.where(Attendance.how == CODE)) or 0
    named = await db.scalar(by_how.where(Attendance.how == NAME)) or 0
    checked, passed = (await db.execute(checks)).one()
    return Came(codes, named, checked, passed)


@dataclass(frozen=True)
class Mine:
    """What somebody did at a class they came to, or began: the checks, the stars."""

    before: bool
    after: bool
    rated: bool


async def attend(
    db: AsyncSession, class_id: int, person_id: int, member_id: int | None, now: datetime
) -> bool:
    """Somebody typed the code. False: they did before, on this channel or another of theirs."""
    row = dict(class_id=class_id, how=CODE, person_id=person_id, member_id=member_id, at=now)
    done = dict(before=False, after=False, rated=False)
    made = await db.execute(
        upsert(db, Attendance)
        .values(**row, **done)
        .on_conflict_do_nothing()
        .returning(Attendance.id)
    )
    return made.first() is not None


async def mine(db: AsyncSession, class_id: int, person_id: int) -> Mine | None:
    """None: they did not type the code."""
    query = select(Attendance.before, Attendance.after, Attendance.rated)
    found = await db.execute(query.where(_of(class_id, person_id)))
    row = found.first()
    return Mine(*row) if row else None


async def began(db: AsyncSession, class_id: int, person_id: int, stage: str) -> bool:
    """Whether this is their first try: whoever has answered a question has seen what is right."""
    column = Attendance.before if stage == BEFORE else Attendance.after
    return await _tick_off(db, class_id, person_id, column.key)


async def checked(db: AsyncSession, class_id: int, stage: str, right: int, asked: int) -> None:
    """Keep a result without its person."""
    row = dict(class_id=class_id, stage=stage, right=right, asked=asked)
    await db.execute(insert(ClassCheck), row)


async def rated(db: AsyncSession, class_id: int, person_id: int) -> bool:
    """Whether these are their first stars for the class."""
    return await _tick_off(db, class_id, person_id, Attendance.rated.key)


async def present(db: AsyncSession, class_id: int) -> list[int]:
    """The persons who typed the code, as long as that is kept."""
    query = select(Attendance.person_id).where(
        Attendance.class_id == class_id, Attendance.person_id.is_not(None)
    )
    return [number for number in await db.scalars(query.order_by(Attendance.id)) if number]


async def tick(db: AsyncSession, class_id: int, trainee_id: int, now: datetime) -> None:
    """Say that somebody of the lists was among them."""
    row = dict(class_id=class_id, how=NAME, trainee_id=trainee_id, at=now)
    done = dict(before=False, after=False, rated=False)
    await db.execute(upsert(db, Attendance).values(**row, **done).on_conflict_do_nothing())


async def untick(db: AsyncSession, class_id: int, trainee_id: int) -> None:
    same = Attendance.class_id == class_id, Attendance.trainee_id == trainee_id
    await db.execute(delete(Attendance).where(*same))


async def ticked(db: AsyncSession, class_id: int) -> set[int]:
    """The trainees of the lists who were there."""
    query = select(Attendance.trainee_id).where(
        Attendance.class_id == class_id, Attendance.trainee_id.is_not(None)
    )
    return {number for number in await db.scalars(query) if number}


async def train(db: AsyncSession, class_id: int, day: date) -> None:
    """Members of teams who came are trained since that day, where they were not before (K15)."""
    await db.execute(_of_teams(class_id, None).values(trained_on=day))


async def retrain(db: AsyncSession, class_id: int, day: date) -> None:
    """The class is no longer in the log on that day: whom it trained then, other days or none trained."""
    first = (
        select(func.min(SupportSession.date))
        .join(TrainingClass, TrainingClass.session_id == SupportSession.id)
        .join(Attendance, Attendance.class_id == TrainingClass.id)
        .where(Attendance.member_id == Member.id, SupportSession.voided.is_(False))
        .scalar_subquery()
    )
    await db.execute(_of_teams(class_id, day).values(trained_on=first))


def _of_teams(class_id: int, day: date | None) -> Update:
    """Members of teams who came and who are trained since that day; None: who are not."""
    there = select(Attendance.member_id).where(
        Attendance.class_id == class_id, Attendance.member_id.is_not(None)
    )
    same = Member.trained_on.is_not_distinct_from(day)
    return update(Member).where(Member.id.in_(there), Member.role.in_(IN_TEAMS), same)


async def join(db: AsyncSession, person_id: int, other: int) -> None:
    """Two persons turn out to be one: what they attended is theirs, and counts once in each class.

    Of a class that is closed nothing changes: its number is in the log.
    """
    theirs = aliased(Attendance)
    both = select(theirs.class_id).where(theirs.person_id == person_id)
    closed = select(TrainingClass.id).where(TrainingClass.state == HELD)
    await db.execute(
        delete(Attendance).where(
            Attendance.person_id == other,
            Attendance.class_id.in_(both),
            Attendance.class_id.not_in(closed),
        )
    )
    await db.execute(
        update(Attendance)
        .where(Attendance.person_id == other, Attendance.class_id.not_in(both))
        .values(person_id=person_id)
    )


async def forget(db: AsyncSession, before: datetime) -> None:
    """Who typed the codes of classes closed before then is nobody any more; the numbers stay.

    Of a class that still waits to be closed the members stay: it is then that they are trained by it.
    """
    over = (
        select(TrainingClass.id)
        .outerjoin(SupportSession, SupportSession.id == TrainingClass.session_id)
        .where(
            TrainingClass.ends_at <= before,
            or_(TrainingClass.session_id.is_(None), SupportSession.created_at <= before),
        )
    )
    await db.execute(
        update(Attendance)
        .where(Attendance.person_id.is_not(None), Attendance.class_id.in_(over))
        .values(person_id=None)
    )
    closed = over.where(TrainingClass.state != OPEN)
    await db.execute(
        update(Attendance)
        .where(Attendance.member_id.is_not(None), Attendance.class_id.in_(closed))
        .values(member_id=None)
    )


async def leave(db: AsyncSession, person_id: int) -> None:
    """Somebody asked to be forgotten: that they came is still counted."""
    own = Attendance.person_id == person_id
    await db.execute(update(Attendance).where(own).values(person_id=None))


async def kept_of(db: AsyncSession, person_id: int, member_id: int | None) -> int:
    """Of how many classes it is known that this person came to them."""
    own = Attendance.person_id == person_id
    if member_id is not None:
        own = or_(own, Attendance.member_id == member_id)
    return await db.scalar(select(func.count(distinct(Attendance.class_id))).where(own)) or 0


async def _tick_off(db: AsyncSession, class_id: int, person_id: int, name: str) -> bool:
    """Whether it was not done before; from now on it is."""
    done = await db.execute(
        update(Attendance)
        .where(_of(class_id, person_id), getattr(Attendance, name).is_(False))
        .values({name: True})
        .returning(Attendance.id)
    )
    return done.first() is not None


def _of(class_id: int, person_id: int) -> ColumnElement[bool]:
    return and_(Attendance.class_id == class_id, Attendance.person_id == person_id)
