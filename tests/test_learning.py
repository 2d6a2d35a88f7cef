"""Courses: joining by choice, lessons that come and wait, answers, repetition, stopping."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from content import repetition
from content.library import Library
from content.streak import Streak, answered, came, refreshed
from content.timetable import days_in, hour_in, latest_day, next_day
from handlers import lesson_push, lesson_steps, pushes
from handlers.commands import COMMANDS
from handlers.lesson_words import PLATFORM
from handlers.turn import Can, Skip
from store import consents, enrolments, lessons_due, outbox
from store.learning_models import Consent, Enrolment, LessonDelivery, Repetition
from store.models import Chat, Outbox, Person
from store.outbox import AMBIGUOUS, SKIPPED
from tests.conftest import run
from tests.learners import (
    EVERY_DAY,
    MON_WED_FRI,
    Learner,
    at,
    learner,
    meet,
    plan,
    short,
    table,
    values,
)
from tests.people import swept
from tests.staff import Office, office, with_ward

FRIDAY = date(2026, 11, 20)


# The chosen days


@pytest.mark.parametrize(
    ("said", "mask"),
    [
        ("2 4 6", 0b0010101),
        ("246", 0b0010101),
        ("2-4-6", 0b0010101),
        ("thứ 2, thứ 5", 0b0001001),
        ("thu hai tu sau", 0b0010101),
        ("t7 cn", 0b1100000),
        ("thứ 7 và chủ nhật", 0b1100000),
        ("cuối tuần", 0b1100000),
        ("thứ hai đến thứ sáu", 0b0011111),
        ("từ thứ 2 đến chủ nhật", 127),
        ("2-6", 0b0011111),
        ("hằng ngày", 127),
        ("Tue, Thu", 0b0001010),
        ("mon-fri", 0b0011111),
        ("thứ 5", 0b0001000),
        ("mai", 0),
        ("2 9", 0),
        ("1", 0),
        ("", 0),
    ],
)
def test_days_are_understood_as_they_are_typed(said: str, mask: int) -> None:
    assert days_in(said) == mask


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("8", 8), ("8h", 8), ("8h00", 8), ("20 giờ", 20), ("7 giờ tối", 19), ("lúc 9 giờ sáng", 9),
        ("12 trưa", 12), ("1 giờ trưa", 13), ("5 giờ", 17), ("5 giờ chiều", 17), ("8 pm", 20),
        ("6 giờ sáng", None), ("21h", None), ("19:30", None), ("0h", None), ("12 giờ đêm", None),
        ("sáng", None), ("", None), ("100", None), ("1", None), ("5", None), ("4 giờ sáng", None),
    ],
)  # fmt: skip
def test_hours_are_full_and_by_day(said: str, hour: int | None) -> None:
    assert hour_in(said) == hour


def no_day(_: date) -> bool:
    return False


@pytest.mark.parametrize(
    ("mask", "after", "off", "expected"),
    [
        (127, 20, (), 21),
        (MON_WED_FRI, 20, (), 23),
        (MON_WED_FRI, 22, (), 23),
        (0b0010000, 20, (), 27),
        (MON_WED_FRI, 20, (23,), 25),
        (MON_WED_FRI, 20, (23, 25), 27),
        (0b1100000, 20, (), 21),
    ],
)
def test_the_next_day_is_chosen_and_no_day_off(
    mask: int, after: int, off: tuple[int, ...], expected: int
) -> None:
    found = next_day(mask, date(2026, 11, after), lambda day: day.day in off)
    assert found == date(2026, 11, expected)


def test_even_if_all_days_were_off_there_is_a_next_one() -> None:
    assert next_day(MON_WED_FRI, FRIDAY, lambda _: True) == date(2026, 11, 23)
    with pytest.raises(ValueError, match="no days"):
        next_day(0, FRIDAY, no_day)


@pytest.mark.parametrize(
    ("first", "last", "off", "expected"),
    [
        (16, 20, (), 20),
        (16, 19, (), 18),
        (16, 20, (20,), 18),
        (18, 19, (18,), None),
        (19, 19, (), None),
        (20, 18, (), None),
    ],
)
def test_the_latest_day_of_those_that_passed(
    first: int, last: int, off: tuple[int, ...], expected: int | None
) -> None:
    ends = date(2026, 11, first), date(2026, 11, last)
    found = latest_day(MON_WED_FRI, *ends, lambda day: day.day in off)
    assert found == (date(2026, 11, expected) if expected else None)


# The streak


@pytest.mark.parametrize(
    ("days", "length"),
    [
        ("", 0),
        ("a", 1),
        ("aaa", 3),
        ("aa-a", 3),
        ("aa-", 2),
        ("aa--", 2),
        ("aa--a", 1),
        ("aa---", 0),
        ("aa-a-a-a", 5),
        ("a--a", 1),
    ],
)
def test_a_streak_forgives_one_day(days: str, length: int) -> None:
    """One letter a chosen day on which a lesson came: answered, or not."""
    streak = Streak()
    for number, did in enumerate(days):
        streak = came(streak)
        if did == "a":
            streak = answered(streak, FRIDAY + timedelta(number), chosen=True)
    assert streak.length == length


def test_the_morning_after_is_in_time_and_counts_once() -> None:
    monday = answered(came(Streak()), FRIDAY, chosen=True)
    late = answered(came(monday), FRIDAY + timedelta(4), chosen=False)
    assert late.days == 2
    assert answered(late, FRIDAY + timedelta(4), chosen=True).days == 2
    assert answered(late, FRIDAY + timedelta(5), chosen=False).days == 2
    assert answered(late, FRIDAY + timedelta(5), chosen=True).days == 3


def test_a_pause_costs_nothing_but_a_streak_that_had_ended_stays_ended() -> None:
    kept, ended = Streak(4, 2, FRIDAY), Streak(4, 3, FRIDAY)
    assert refreshed(kept) == Streak(4, 1, FRIDAY)
    assert refreshed(ended) == Streak(0, 1, FRIDAY)


# Spaced repetition


def test_a_lesson_comes_back_after_more_and_more_days_until_it_is_learned() -> None:
    card, due = repetition.wrong(None, FRIDAY)
    passed = [(due - FRIDAY).days]
    while after := repetition.right(card, due):
        card, before = after[0], due
        due = after[1]
        passed.append((due - before).days)
    assert passed == [1, 2, 6, 17]


def test_another_wrong_answer_brings_it_back_sooner_and_nothing_is_left_to_chance() -> None:
    card, due = repetition.wrong(None, FRIDAY)
    again = repetition.right(card, due)
    assert again
    worse = repetition.wrong(again[0], again[1])
    assert worse == repetition.wrong(again[0], again[1])
    assert (worse[1] - again[1]).days == 1
    assert repetition.right(card, due) == again


# Joining


def in_course(scenario: Any, url: str, library: Library, now: datetime | None = None) -> None:
    async def played() -> None:
        async with learner(url, library, now) as bac:
            await scenario(bac)

    run(played())


def test_courses_are_offered_and_nobody_is_in_one_before_a_yes(
    database_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        offered = await bac.say("/learn")
        assert values(offered) == ["course:residents", "course:traders", "menu"]
        assert "Digital literacy" in offered.text
        days = await bac.choose("course:residents")
        assert values(days)[:4] == [f"form:learn:days:{mask}" for mask in (127, 21, 42, 96)]
        assert "did not understand" in (await bac.say("hôm nào rảnh")).text
        hours = await bac.say("thứ 2, thứ 5")
        assert values(hours)[0] == "form:learn:hour:7"
        for odd in ("5 giờ sáng", "22h", "19:30", "hai mươi"):
            assert "full hour" in (await bac.say(odd)).text
        asked = await bac.say("8h")
        assert values(asked)[0] == "form:learn:~summary:~save"
        for told in ("Monday, Thursday", "8:00", "here in this chat", "“stop”", "Kept", "no name"):
            assert told in asked.text
        assert await bac.rows() == []
        assert await table(bac.world, Consent) == []
        await bac.choose("form:learn:~summary:~save")
        (consent,) = await table(bac.world, Consent)
        assert (consent.purpose, consent.text) == ("lessons", asked.text)
        assert (consent.given_at, consent.withdrawn_at) == (bac.world.clock(), None)
        row = await bac.row()
        assert (row.days, row.hour, row.state) == (0b0001001, 8, "active")
        assert row.due_on == date(2026, 11, 23)

    in_course(scenario, database_url, library)


@pytest.mark.parametrize("no", ["form:learn:~summary:~drop", "không", "thôi"])
def test_a_no_leaves_nothing(no: str, sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join(yes="")
        await (bac.choose(no) if ":" in no else bac.say(no))
        assert await bac.rows() == []
        assert await table(bac.world, Consent) == []
        assert "form" not in (await table(bac.world, Chat))[0].state

    in_course(scenario, sqlite_url, library)


@pytest.mark.parametrize(
    ("hour", "days", "due"),
    [
        (12, EVERY_DAY, date(2026, 11, 21)),
        (13, EVERY_DAY, FRIDAY),
        (19, MON_WED_FRI, FRIDAY),
        (9, MON_WED_FRI, date(2026, 11, 23)),
    ],
)
def test_the_first_lesson_comes_at_the_first_chosen_time_after_noon_on_a_friday(
    hour: int, days: int, due: date, sqlite_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        said = await bac.join(days, hour)
        row = await bac.row()
        assert row.due_on == due
        assert values(said) == [f"lesson:next:{row.id}", f"lesson:done:{row.id}"]
        assert f"{due:%d/%m}" in said.text

    in_course(scenario, sqlite_url, library)


def test_the_course_of_the_teams_is_for_people_with_a_role(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            stranger = world.somebody("la")
            assert "course:team" not in values(await stranger.say("/learn"))
            refused = await stranger.choose("course:team")
            assert not any("form:learn" in value for value in values(refused))
            await world.team("Tổ 1", "Tổ dân phố 1")
            member = await world.staff("member", "Lan", "Tổ 1")
            assert "course:team" in values(await member.say("/learn"))
            assert "form:learn:days:127" in values(await member.choose("course:team"))

    run(scenario())


@pytest.mark.parametrize(
    ("said", "course"),
    [
        ("traders", "traders"), ("tiểu thương", "traders"), ("residents", "residents"),
        ("mọi người", "residents"), ("nothing", ""), ("team", ""),
    ],
)  # fmt: skip
def test_a_course_may_be_named(said: str, course: str, sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        reply = await bac.say(f"/learn {said}")
        assert (values(reply)[0] == "form:learn:days:127") is bool(course)
        if course:
            await bac.choose("form:learn:days:127")
            await bac.say("8h")
            await bac.choose("form:learn:~summary:~save")
            assert [row.course for row in await bac.rows()] == [course]

    in_course(scenario, sqlite_url, library)


def test_where_nothing_can_be_pushed_that_is_said(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(bac: Learner) -> None:
        still = Can(buttons=True, files=True, push=False, text_limit=1000)
        monkeypatch.setattr(bac.world.app.web, "can", still)
        refused = await bac.choose("course:residents")
        assert "cannot write to you first" in refused.text
        assert not any("form:learn" in value for value in values(refused))

    in_course(scenario, sqlite_url, library)


# A lesson


def test_a_lesson_goes_part_by_part_to_its_question(database_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        first = library.courses["residents"].lessons[0]
        row = await bac.row()
        shown = await bac.choose(f"lesson:next:{row.id}")
        assert f"Lesson 1 of 18: {first.title} (part 1 of 3)" in shown.text
        assert first.parts[0][0].text in shown.text
        assert values(shown)[0] == f"lesson:part:{row.id}:{first.id}:2"
        assert "(part 2 of 3)" in (await bac.say("1")).text
        assert "(part 3 of 3)" in (await bac.say("continue")).text
        asked = await bac.choose(f"lesson:part:{row.id}:{first.id}:4")
        assert first.question in asked.text
        assert values(asked) == [
            *(f"quiz:{row.id}:{first.id}:{place}" for place in range(3)),
            f"lesson:part:{row.id}:{first.id}:1",
        ]
        said = await bac.say(first.choices[first.right].label)
        assert first.choices[first.right].feedback.text in said.text
        assert values(said) == [
            f"guide:{first.guide}", f"lesson:next:{row.id}", f"lesson:done:{row.id}"
        ]  # fmt: skip
        after = await bac.row()
        assert (after.position, after.waiting, after.answered_on) == (1, None, FRIDAY)
        (got,) = await table(bac.world, LessonDelivery)
        assert (got.lesson, got.outcome, got.passed) == (first.id, "asked", True)
        assert (got.course, got.channel, got.date, got.answered_on) == (
            "residents", "web", FRIDAY, FRIDAY
        )  # fmt: skip
        assert (await bac.choose(f"lesson:done:{row.id}")).text.startswith("Good. Next lesson: ")

    in_course(scenario, database_url, library)


def test_plain_words_lead_through_a_lesson_and_then_through_guides(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {"next": lesson_steps.forward, "again": lesson_steps.again, "back": lesson_steps.back}
    for name, answer in steps.items():
        monkeypatch.setitem(COMMANDS, name, replace(COMMANDS[name], answer=answer))  # type: ignore[misc]

    async def scenario(bac: Learner) -> None:
        await bac.join()
        first = library.courses["residents"].lessons[0]
        await bac.choose(f"lesson:next:{(await bac.row()).id}")
        for word, shown in [
            ("ok", "part 2 of 3"), ("nhắc lại", "part 2 of 3"), ("quay lại", "part 1 of 3"),
            ("quay lại", "part 1 of 3"), ("tiếp theo", "part 2 of 3"), ("vâng", "part 3 of 3"),
            ("xong", first.question), ("xong", first.question), ("nhắc lại", first.question),
            ("quay lại", "part 3 of 3"),
        ]:  # fmt: skip
            assert shown in (await bac.say(word)).text, word
        await bac.choose("guide:vneid-install:1")
        assert values(await bac.say("ok"))[1] == "guide:vneid-install:1"

    in_course(scenario, sqlite_url, library)


def test_a_wrong_answer_is_explained_and_the_lesson_comes_back(
    database_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        first = library.courses["residents"].lessons[0]
        said = await bac.learn(right=False)
        best = first.choices[first.right]
        assert f"The best answer: {best.label}. " in said.text
        assert best.feedback.text.partition("Đúng rồi. ")[2] in said.text
        assert "Đúng rồi" not in said.text
        assert "comes back" in said.text
        (back,) = await table(bac.world, Repetition)
        assert (back.lesson, back.due_on) == (first.id, date(2026, 11, 21))
        assert (await bac.row()).position == 1
        came = await bac.until(at(21, 19))
        assert came
        assert came.text.startswith("Let us go over this one again.")
        assert first.title in came.text
        assert (await bac.row()).waiting == first.id
        await bac.answer(right=True)
        (back,) = await table(bac.world, Repetition)
        assert back.due_on == date(2026, 11, 23)
        assert (await bac.row()).position == 1
        assert [got.passed for got in await table(bac.world, LessonDelivery)] == [False, True]

    in_course(scenario, database_url, library)


def test_only_the_first_answer_counts(sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        first = library.courses["residents"].lessons[0]
        await bac.learn(right=False)
        before = await bac.row()
        said = await bac.answer(right=True, lesson=first.id)
        assert "only the first answer" in said.text.casefold()
        assert first.choices[first.right].feedback.text in said.text
        assert await bac.row() == before
        assert [got.passed for got in await table(bac.world, LessonDelivery)] == [False]
        assert len(await table(bac.world, Repetition)) == 1

    in_course(scenario, sqlite_url, library)


@pytest.mark.parametrize(
    "value",
    [
        "quiz:{n}:phone-network:9", "quiz:{n}:nothing:0", "quiz:{n}:phone-network", "quiz:{n}", "quiz",
        "quiz:0:phone-network:0", "quiz:99999999999999:phone-network:0", "quiz:x:y:z", "quiz:{n}:x:²",
        "lesson:part:{n}:phone-network:5", "lesson:part:{n}:phone-network:0", "lesson:part:{n}:x:1",
        "lesson:next:999", "lesson:next", "lesson", "lesson:fly:{n}", "lesson:next:-1", "lesson:next:²",
        "course:nothing",
    ],
)  # fmt: skip
def test_buttons_of_nobody_change_nothing(value: str, sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        before = await bac.row()
        reply = await bac.choose(value.format(n=before.id))
        assert reply.options
        assert "went wrong" not in reply.text
        assert await bac.row() == before
        assert await table(bac.world, LessonDelivery) == []

    in_course(scenario, sqlite_url, library)


def test_nobody_moves_a_course_of_somebody_else(sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        before = await bac.row()
        other = await meet(bac.world, "other")
        for what in ("next", "pause", "stop", "change", "done", "part"):
            await other.choose(f"lesson:{what}:{before.id}:phone-network:1")
        await other.choose(f"quiz:{before.id}:phone-network:1")
        assert await bac.row() == before
        assert await other.rows() == []

    in_course(scenario, sqlite_url, library)


def test_a_lesson_whose_facts_are_old_says_so(sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        shown = await bac.choose(f"lesson:next:{(await bac.row()).id}")
        assert "something may be different now" in shown.text
        assert "in Vietnamese" in shown.text

    in_course(scenario, sqlite_url, library, datetime(2027, 7, 1, 5, tzinfo=UTC))


# Lessons that come


def test_a_lesson_comes_at_its_hour_and_is_answered_by_number(
    database_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join(MON_WED_FRI, 19)
        assert await bac.until(at(20, 18, 59)) is None
        came = await bac.until(at(20, 19))
        assert came
        row = await bac.row()
        first = library.courses["residents"].lessons[0]
        assert values(came)[0] == f"lesson:part:{row.id}:{first.id}:2"
        assert values(came)[-1] == "stop:lessons"
        assert (row.waiting, row.shown_on, row.unanswered) == (first.id, FRIDAY, 1)
        assert row.due_on == date(2026, 11, 23)
        assert await bac.until(at(20, 19, 1)) is None
        assert "(part 2 of 3)" in (await bac.say("1")).text
        (got,) = await table(bac.world, LessonDelivery)
        assert (got.outcome, got.passed, got.date) == ("sent", None, FRIDAY)
        await bac.answer(right=True)
        (got,) = await table(bac.world, LessonDelivery)
        assert (got.outcome, got.passed) == ("sent", True)
        assert await bac.until(at(22, 19)) is None
        second = await bac.until(at(23, 19))
        assert second
        assert "Lesson 2 of 18" in second.text

    in_course(scenario, database_url, library)


def test_who_answers_in_the_morning_gets_the_next_one_in_the_evening(
    database_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        assert await bac.until(at(20, 19))
        assert await bac.until(at(21, 8)) is None
        await bac.answer(right=True)
        came = await bac.until(at(21, 19))
        assert came
        assert "Lesson 2 of 18" in came.text

    in_course(scenario, database_url, library)


def test_the_word_on_the_wall_works_as_a_command(sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        assert (await bac.say("/hoc")).text == (await bac.say("/learn")).text

    in_course(scenario, sqlite_url, library)


def test_who_learned_today_is_left_alone(database_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        await bac.choose(f"lesson:next:{(await bac.row()).id}")
        assert await bac.until(at(20, 19)) is None
        (row,) = await bac.outbox()
        assert (row.state, row.code) == ("skipped", "had one today")
        came = await bac.until(at(21, 19))
        assert came
        assert came.text.startswith("This lesson still waits for you.")
        assert len(await table(bac.world, LessonDelivery)) == 1

    in_course(scenario, database_url, library)


def test_an_unanswered_lesson_waits_and_then_rests(database_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        said = [await bac.until(at(day, 19)) for day in (20, 21, 22, 23, 24, 30)]
        shown = [reply.text if reply else "" for reply in said]
        assert [text.startswith("This lesson still waits") for text in shown[:3]] == [
            False, True, True
        ]  # fmt: skip
        assert ["type “học”" in text for text in shown] == [False, False, True, False, False, False]
        assert shown[3:] == ["", "", ""]
        row = await bac.row()
        assert (row.state, row.due_on, row.unanswered) == ("active", None, 3)
        assert len(await table(bac.world, LessonDelivery)) == 1
        standing = await bac.say("/learn")
        assert "waits for you" in standing.text
        await bac.choose(f"lesson:next:{row.id}")
        assert (await bac.row()).due_on == date(2026, 12, 1)
        await bac.answer(right=True)
        came = await bac.until(at(1, 19, month=12))
        assert came
        assert "Lesson 2 of 18" in came.text

    in_course(scenario, database_url, library)


def test_answering_after_the_rest_is_enough_to_go_on(sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        for day in (20, 21, 22):
            await bac.until(at(day, 19))
        await bac.answer(right=True)
        row = await bac.row()
        assert (row.position, row.due_on, row.unanswered) == (1, date(2026, 11, 23), 0)

    in_course(scenario, sqlite_url, library)


def test_what_comes_back_goes_first_and_what_waited_is_not_lost(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        first, second = library.courses["residents"].lessons[:2]
        await bac.learn(right=False)
        await bac.choose(f"lesson:next:{(await bac.row()).id}")
        assert (await bac.row()).waiting == second.id
        came = await bac.until(at(21, 19))
        assert came
        assert first.title in came.text
        await bac.answer(right=True, lesson=second.id)
        assert ((await bac.row()).position, len(await table(bac.world, Repetition))) == (2, 1)
        await bac.answer(right=True, lesson=first.id)
        (back,) = await table(bac.world, Repetition)
        assert back.due_on == date(2026, 11, 23)
        assert (await bac.row()).position == 2

    in_course(scenario, sqlite_url, library)


def test_a_streak_is_shown_and_its_end_is_not(sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        for day in (20, 21, 22):
            await bac.until(at(day, 19))
            said = await bac.answer(right=True)
        assert "(3 lessons in a row)" in said.text
        await bac.until(at(23, 19))
        assert "3 lessons in a row" in (await bac.say("/learn")).text
        assert await bac.until(at(24, 19)) is None  # a public holiday
        assert await bac.until(at(25, 19))
        assert "4 lessons in a row" in (await bac.answer(right=True)).text
        for day in (26, 27, 28):
            await bac.until(at(day, 19))
        standing = await bac.say("/learn")
        assert "in a row" not in standing.text
        assert "in a row" not in (await bac.answer(right=True)).text
        assert (await bac.row()).streak == 1

    in_course(scenario, sqlite_url, library)


# Pausing, changing, stopping


def test_a_pause_keeps_everything_and_sends_nothing(database_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        await bac.learn()
        number = (await bac.row()).id
        await bac.choose(f"lesson:pause:{number}")
        row = await bac.row()
        assert (row.state, row.due_on, row.position) == ("paused", None, 1)
        assert await bac.until(at(25, 19)) is None
        assert await bac.outbox() == []
        standing = await bac.say("/learn")
        assert values(standing)[:2] == [f"lesson:next:{number}", f"lesson:resume:{number}"]
        await bac.choose(f"lesson:resume:{number}")
        assert ((await bac.row()).state, (await bac.row()).due_on) == ("active", date(2026, 11, 26))
        came = await bac.until(at(26, 19))
        assert came
        assert "Lesson 2 of 18" in came.text

    in_course(scenario, database_url, library)


def test_what_was_planned_before_a_pause_is_not_sent(database_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        bac.world.clock.now = at(20, 19)
        await plan(bac.world.app)
        await bac.choose(f"lesson:pause:{(await bac.row()).id}")
        await swept(bac.world.app)
        (row,) = await bac.outbox()
        assert (row.state, row.code) == ("skipped", "stopped")

    in_course(scenario, database_url, library)


def test_days_and_hour_can_be_changed(sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join(EVERY_DAY, 19)
        number = (await bac.row()).id
        await bac.choose(f"lesson:change:{number}")
        await bac.say("thứ 4")
        said = await bac.say("7 giờ sáng")
        row = await bac.row()
        assert (row.days, row.hour, row.due_on) == (0b0000100, 7, date(2026, 11, 25))
        assert "25/11" in said.text
        await bac.choose(f"lesson:pause:{number}")
        await bac.choose(f"lesson:change:{number}")
        await bac.choose("form:lessondays:days:127")
        said = await bac.choose("form:lessondays:hour:9")
        row = await bac.row()
        assert (row.state, row.days, row.hour, row.due_on) == ("paused", 127, 9, None)
        assert "Paused" in said.text

    in_course(scenario, sqlite_url, library)


def test_stopping_one_course_keeps_the_place_and_joining_again_goes_on(
    database_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        await bac.learn()
        number = (await bac.row()).id
        await bac.choose(f"lesson:stop:{number}")
        (consent,) = await table(bac.world, Consent)
        assert consent.withdrawn_at == bac.world.clock()
        assert await bac.until(at(21, 19)) is None
        assert values(await bac.say("/learn"))[0] == "course:residents"
        before = await bac.row()
        await bac.choose(f"quiz:{number}:zalo-call-photo:0")
        assert await bac.row() == before
        assert values(await bac.choose(f"lesson:next:{number}"))[0] == "form:learn:days:127"
        await bac.join(MON_WED_FRI, 9)
        row = await bac.row()
        assert (row.id, row.state, row.position, row.days) == (number, "active", 1, MON_WED_FRI)
        assert len(await table(bac.world, Consent)) == 2
        came = await bac.until(at(23, 9))
        assert came
        assert "Lesson 2 of 18" in came.text

    in_course(scenario, database_url, library)


def test_the_yes_ends_with_the_last_course(sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        bac.course = "traders"
        await bac.join()
        (one, two) = await bac.rows()
        listed = await bac.say("/learn")
        assert values(listed) == ["course:residents", "course:traders", "course"]
        assert values(await bac.choose("course")) == ["learn", "menu"]
        await bac.choose(f"lesson:stop:{two.id}")
        assert await active(bac)
        await bac.choose(f"lesson:stop:{one.id}")
        assert not await active(bac)

    in_course(scenario, sqlite_url, library)


async def active(bac: Learner) -> bool:
    chat = (await bac.rows())[0].chat_id
    return await bac.world.app.store.read(lambda db: consents.active(db, chat, consents.LESSONS))


@pytest.mark.parametrize("how", ["stopped", "opted out"])
def test_one_word_stops_all_courses_of_a_chat(
    how: str, database_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        bac.world.clock.now = at(20, 19)
        await plan(bac.world.app)
        chat = (await bac.row()).chat_id
        store = bac.world.app.store
        if how == "stopped":
            await store.write(lambda db: enrolments.stop(db, chat))
        now = bac.world.clock()
        await store.write(lambda db: consents.withdraw(db, chat, consents.LESSONS, now))
        await swept(bac.world.app)
        (row,) = await bac.outbox()
        assert (row.state, row.code) == ("skipped", how)
        assert (await bac.row()).position == 0

    in_course(scenario, database_url, library)


def test_forgetting_deletes_the_courses_and_keeps_only_numbers(
    database_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        await bac.learn(right=False)
        chat = (await bac.row()).chat_id
        store = bac.world.app.store
        assert [row.id for row in await store.read(lambda db: enrolments.kept(db, chat))] == [
            (await bac.row()).id
        ]
        await store.write(lambda db: enrolments.forget(db, chat))
        assert await bac.rows() == []
        assert await table(bac.world, Repetition) == []
        (got,) = await table(bac.world, LessonDelivery)
        assert (got.enrolment_id, got.passed) == (None, False)

    in_course(scenario, database_url, library)


# The end of a course


def test_the_end_sums_up_and_promises_nothing(database_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        await bac.learn(right=False)
        await bac.learn()
        said = await bac.learn()
        assert "3 lessons done" in said.text
        assert "first try: 2" in said.text
        assert "gone over again: 1" in said.text
        assert PLATFORM in said.text
        assert "no confirmation of digital skills by the state" in said.text
        row = await bac.row()
        assert (row.state, row.position, row.due_on) == ("finished", 3, date(2026, 11, 21))
        for day, month in ((21, 11), (23, 11), (29, 11), (16, 12)):
            came = await bac.until(at(day, 19, month=month))
            assert came, (day, month)
            assert came.text.startswith("Let us go over")
            again = await bac.answer(right=True)
            assert "You have finished" not in again.text
        row = await bac.row()
        assert (row.state, row.due_on) == ("finished", None)
        assert await table(bac.world, Repetition) == []
        assert [entry.code for entry in await bac.outbox()] == [None] * 4
        left = await bac.choose(f"lesson:next:{row.id}")
        assert "Nothing is left" in left.text
        assert "finished" in (await bac.say("/learn")).text

    in_course(scenario, database_url, short(library))


def test_the_last_lesson_of_traders_shows_the_way_to_the_platform(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        bac.course = "traders"
        await bac.join()
        for _ in library.courses["traders"].lessons:
            said = await bac.learn()
        number = (await bac.row()).id
        way = f"lesson:part:{number}:keep-learning:1"
        assert way in values(said)
        shown = await bac.choose(way)
        assert PLATFORM in shown.text
        before = await bac.row()
        asked = await bac.answer(right=True, lesson="keep-learning")
        assert "practice" in asked.text
        assert await bac.row() == before

    in_course(scenario, sqlite_url, library)


def test_a_course_that_shrank_is_finished_and_gone_lessons_are_left_out(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        await bac.learn(right=False)
        row = await bac.row()
        store = bac.world.app.store
        await store.write(lambda db: enrolments.change(db, row.id, position=7, waiting="gone"))
        await store.write(lambda db: enrolments.learned(db, row.id, "phone-network"))
        card, due = repetition.wrong(None, FRIDAY)
        gone = enrolments.Repeat("gone", due, card)
        await store.write(lambda db: enrolments.repeat(db, row.id, gone))
        assert await bac.until(at(21, 19)) is None
        (entry,) = await bac.outbox()
        assert (entry.state, entry.code) == ("skipped", "finished")
        after = await bac.row()
        assert (after.state, after.due_on) == ("finished", None)

    in_course(scenario, sqlite_url, short(library))


# Outcomes


async def parcel_of(bac: Learner) -> Any:
    (row,) = await bac.outbox()
    return await bac.world.app.store.read(lambda db: outbox.get(db, row.id))


def test_an_answer_before_the_outcome_was_known_counts_once(
    database_url: str, library: Library
) -> None:
    """The process dies after sending; the person answers; later the row is found ambiguous."""

    async def scenario(bac: Learner) -> None:
        await bac.join()
        before = await bac.row()
        await bac.until(at(20, 19))
        parcel = await parcel_of(bac)
        store, now = bac.world.app.store, bac.world.clock()
        await store.write(
            lambda db: enrolments.change(db, before.id, waiting=None, shown_on=None, unanswered=0)
        )
        await bac.answer(right=True, lesson="phone-network")
        after = await bac.row()
        await store.write(
            lambda db: pushes.ENDINGS["lesson"](db, bac.library, parcel, AMBIGUOUS, now)
        )
        assert await bac.row() == after
        assert len(await table(bac.world, LessonDelivery)) == 1

    in_course(scenario, database_url, library)


def test_what_may_have_arrived_waits_like_what_did(sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        bac.world.clock.now = at(20, 19)
        await plan(bac.world.app)

        async def lost(*_: Any) -> None:
            raise ConnectionError

        bac.world.app.web.send = lost  # type: ignore[method-assign]
        await swept(bac.world.app)
        row = await bac.row()
        assert (row.waiting, row.unanswered) == ("phone-network", 1)
        (got,) = await table(bac.world, LessonDelivery)
        assert got.outcome == "ambiguous"
        assert [entry.state for entry in await bac.outbox()] == [AMBIGUOUS]

    in_course(scenario, sqlite_url, library)


def test_the_outcome_of_a_course_that_is_gone_is_nobodys(sqlite_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        await bac.until(at(20, 19))
        parcel, now = await parcel_of(bac), bac.world.clock()
        row = await bac.row()
        store = bac.world.app.store
        await store.write(lambda db: enrolments.forget(db, row.chat_id))
        for state in (SKIPPED, AMBIGUOUS):
            await store.write(
                lambda db, state=state: lesson_push.ended(db, bac.library, parcel, state, now)
            )
        made = await store.read(lambda db: lesson_push.compose(db, bac.library, parcel, now))
        assert made == Skip("stopped")

    in_course(scenario, sqlite_url, library)


# Planning

MASKS = (127, MON_WED_FRI, 0b1110000, 0b0010000)


async def fill(world: Office, count: int = 12, due_on: date = FRIDAY, **columns: Any) -> None:
    """Enrolments of every mask, half of them in the ward; without a consent, for planning only."""

    async def add(db: Any) -> None:
        for number in range(1, count + 1):
            ward = "mau" if number % 2 else None
            person = dict(id=number, ward_id=ward, lang="vi", created_at=world.clock())
            chat = dict(
                id=number, person_id=number, channel="terminal", address=str(number), state={},
                offer=[], last_in_at=world.clock(),
            )  # fmt: skip
            row = dict(
                id=number, chat_id=number, ward_id=ward, course="residents", state="active",
                days=MASKS[number % 4], hour=19, due_on=due_on, position=0, unanswered=0, streak=0,
                joined_on=FRIDAY,
            )  # fmt: skip
            await db.execute(insert(Person), person)
            await db.execute(insert(Chat), chat)
            await db.execute(insert(Enrolment), row | columns)

    await world.app.store.write(add)


async def planned(world: Office) -> list[tuple[str | None, str, datetime]]:
    rows = await table(world, Outbox)
    return [(row.about, row.dedupe_key, row.due_at) for row in rows]


async def due_days(world: Office) -> list[date | None]:
    return [row.due_on for row in await table(world, Enrolment)]


def at_work(scenario: Any, url: str, library: Library) -> None:
    async def played() -> None:
        async with office(url, library) as world:
            await scenario(world)

    run(played())


NEXT = [date(2026, 11, 23), date(2026, 11, 21), date(2026, 11, 27), date(2026, 11, 21)] * 3


def test_what_is_due_is_planned_once_however_often_it_is_tried(
    database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        await fill(world)
        world.clock.now = at(20, 18, 59)
        await plan(world.app)
        assert await planned(world) == []
        world.clock.now = at(20, 19, 3)
        await plan(world.app)
        rows = await planned(world)
        assert rows == [
            (f"enrolment:{n}", f"lesson:{n}:2026-11-20", at(20, 19)) for n in range(1, 13)
        ]
        assert await due_days(world) == NEXT
        await plan(world.app)
        assert await planned(world) == rows
        assert [row.kind for row in await table(world, Outbox)] == ["lesson"] * 12

    at_work(scenario, database_url, library)


def test_a_crash_between_planning_and_moving_plans_nothing_twice(
    database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        await fill(world)
        world.clock.now = at(20, 19)
        await plan(world.app)
        rows = await planned(world)
        await world.app.store.write(lambda db: db.execute(update(Enrolment).values(due_on=FRIDAY)))
        await plan(world.app)
        assert await planned(world) == rows
        assert await due_days(world) == NEXT

    at_work(scenario, database_url, library)


def test_two_machines_plan_the_same_once(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        await fill(world, 200)
        world.clock.now = at(20, 19)
        await asyncio.gather(*(plan(world.app) for _ in range(4)))
        assert len(await planned(world)) == 200
        assert None not in await due_days(world)
        assert min(await due_days(world)) > FRIDAY  # type: ignore[type-var,operator]

    at_work(scenario, database_url, library)


def test_a_chunk_is_not_larger_than_asked_for(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        await fill(world, 12)
        world.clock.now = at(20, 19)
        store, now = world.app.store, world.clock()

        def choose(one: lessons_due.Alike) -> tuple[date, date]:
            return one.due_on, one.due_on + timedelta(days=1)

        chunks = await store.read(lambda db: lessons_due.due_chunks(db, now, size=5))
        reached = []
        for chunk in chunks:
            await store.write(
                lambda db, chunk=chunk: lessons_due.make_due(db, now, choose, chunk, size=5)
            )
            reached.append(len(await planned(world)))
        assert (chunks, reached) == ([0, 1, 2], [4, 9, 12])
        assert not await store.read(lambda db: lessons_due.due_chunks(db, now, size=5))

    at_work(scenario, sqlite_url, library)


def test_a_machine_that_slept_plans_the_last_day_only(database_url: str, library: Library) -> None:
    """From Wednesday to Friday evening: one row each, for the last chosen day that passed."""

    async def scenario(world: Office) -> None:
        await fill(world, 4, date(2026, 11, 18))
        world.clock.now = at(20, 19, 30)
        await plan(world.app)
        assert [due for *_, due in await planned(world)] == [at(20, 19)] * 4
        assert await due_days(world) == NEXT[:4]

    at_work(scenario, database_url, library)


def test_today_is_not_lost_when_yesterday_is_caught_up(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        await fill(world, 4, date(2026, 11, 18), days=127)
        world.clock.now = at(20, 9)
        await plan(world.app)
        assert {due for *_, due in await planned(world)} == {at(19, 19)}
        assert set(await due_days(world)) == {FRIDAY}
        world.clock.now = at(20, 19)
        await plan(world.app)
        assert [due for *_, due in await planned(world)] == [at(19, 19)] * 4 + [at(20, 19)] * 4

    at_work(scenario, database_url, library)


@pytest.mark.parametrize(("hour", "state", "code"), [(22, "sent", None), (23, "sent", None)])
def test_an_hour_late_still_comes(
    hour: int, state: str, code: str | None, sqlite_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        came = await bac.until(at(20, hour))
        assert came
        assert [(row.state, row.code) for row in await bac.outbox()] == [(state, code)]

    in_course(scenario, sqlite_url, library)


def test_what_is_too_late_is_skipped_and_waits_for_the_next_day(
    database_url: str, library: Library
) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        assert await bac.until(at(22, 8)) is None
        assert [(row.state, row.code) for row in await bac.outbox()] == [("skipped", "late")]
        assert (await bac.row()).due_on == date(2026, 11, 22)
        assert await bac.until(at(22, 19))
        assert (await bac.row()).position == 0

    in_course(scenario, database_url, library)


def test_a_clock_set_back_repeats_nothing(database_url: str, library: Library) -> None:
    async def scenario(bac: Learner) -> None:
        await bac.join()
        assert await bac.until(at(20, 19))
        assert await bac.until(at(20, 18, 58)) is None
        assert await bac.until(at(20, 19)) is None
        assert await bac.until(at(19, 19)) is None
        assert await bac.until(at(21, 19))
        assert len(await bac.outbox()) == 2

    in_course(scenario, database_url, library)


def test_public_holidays_are_left_out(database_url: str, library: Library) -> None:
    """2 September 2027 is one; the ward's own day off comes after it."""

    async def scenario(bac: Learner) -> None:
        await bac.choose("form:x")
        await bac.say("/start ward_mau")
        await bac.join()
        came = []
        for ahead in range(6):
            moment = datetime(2027, 8, 31, 12, tzinfo=UTC) + timedelta(days=ahead)
            if await bac.until(moment):
                came.append((moment.month, moment.day))
                await bac.answer(right=True)
        assert came == [(8, 31), (9, 4), (9, 5)]

    off = [
        {"date": date(2027, 9, 1), "name": "nghỉ lễ"},
        {"date": date(2027, 9, 2), "name": "Quốc khánh"},
        {"date": date(2027, 9, 3), "name": "nghỉ bù"},
    ]
    given = type(library.wards["mau"]).model_validate(
        library.wards["mau"].model_dump() | {"days_off": off}
    )
    begin = datetime(2027, 8, 31, 5, tzinfo=UTC)
    in_course(scenario, database_url, with_ward(library, days_off=given.days_off), begin)


def test_a_day_that_became_a_holiday_is_moved_without_a_row(
    database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        await fill(world, 4, date(2027, 9, 2), days=127)
        world.clock.now = datetime(2027, 9, 2, 12, tzinfo=UTC)
        await plan(world.app)
        assert await planned(world) == []
        assert all(day and day > date(2027, 9, 2) for day in await due_days(world))

    at_work(scenario, database_url, library)


@pytest.mark.parametrize("state", ["paused", "stopped"])
def test_nothing_is_planned_for_who_paused_or_stopped(
    state: str, sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        await fill(world, 4, state=state)
        world.clock.now = at(25, 19)
        await plan(world.app)
        assert await planned(world) == []

    at_work(scenario, sqlite_url, replace(library))
