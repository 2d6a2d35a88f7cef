"""The answers of the class form as a plan, and back."""

from datetime import date, time

from content.campaign_shift import kind_of_place
from content.topics import bits, codes_of
from handlers import class_times, settings
from handlers.forms import Answers
from handlers.turn import WARD_ZONE, Turn
from store import wards
from store.classes import Plan

LESSON = "lesson"
"""Stands for the title of a class that is held after a lesson."""


async def plan(turn: Turn, answers: Answers) -> Plan:
    """The answers as a class."""
    lesson = None
    if answers["title"] == LESSON:
        lesson = turn.library.lessons.get(answers["lesson"])
    starts, ends = map(time.fromisoformat, answers["hours"].split("-"))
    when = date.fromisoformat(answers["day"])
    area = await area_of(turn, answers) or int(answers.get("area") or 0)
    kind = kind_of_place(answers["place"])
    return Plan(
        kind=answers["kind"],
        title=lesson.title if lesson else answers["title"],
        lesson=lesson.id if lesson else None,
        topics=bits([lesson.topic] if lesson else answers["topics"].split(".")),
        audience=answers["audience"],
        organiser=answers["organiser"],
        area_id=area or None,
        place=answers["place"],
        place_code=kind if kind != "other" else answers["place_code"],
        starts_at=class_times.at(when, starts),
        ends_at=class_times.at(when, ends),
        expected=int(answers.get("expected") or 0) or None,
        campaign=answers.get("campaign") or None,
    )


def day_of(plan: Plan) -> date:
    """The ward's day on which it begins."""
    return plan.starts_at.astimezone(WARD_ZONE).date()


def answers_of(turn: Turn, plan: Plan) -> Answers:
    """A class as answers, to be changed. What others decide is left out: it is asked when they change."""
    lesson = turn.library.lessons.get(plan.lesson or "")
    starts, ends = plan.starts_at.astimezone(WARD_ZONE), plan.ends_at.astimezone(WARD_ZONE)
    answers = {
        "kind": plan.kind,
        "title": LESSON if lesson else plan.title,
        "day": starts.date().isoformat(),
        "hours": spoken(starts.time(), ends.time()),
        "place": plan.place,
        "organiser": plan.organiser,
        "audience": plan.audience,
        "expected": str(plan.expected or ""),
        "campaign": plan.campaign or "",
    }
    if lesson:
        answers |= {"course": lesson.course, "lesson": lesson.id}
    else:
        answers["topics"] = ".".join(codes_of(plan.topics))
    if kind_of_place(plan.place) == "other":
        answers["place_code"] = plan.place_code
    if not class_times.area_said(plan.place):
        answers["area"] = str(plan.area_id or "")
    return answers


async def area_of(turn: Turn, answers: Answers) -> int | None:
    """The area that the place names."""
    said = class_times.area_said(answers.get("place", ""))
    known = await wards.areas_of(turn.db, turn.talk.ward_id or "")
    found = settings.area_meant(known, said) if said else None
    return found.id if found else None


def spoken(starts: time, ends: time) -> str:
    """Hours as an answer: "08:00-10:00"."""
    return f"{starts:%H:%M}-{ends:%H:%M}"
