"""What learners read: the messages of a lesson, and how a course stands. For answers and for pushes alike."""

from datetime import date, datetime, time

from content import when
from content.i18n import N_, translate
from content.lesson import Course, Lesson
from content.library import Library
from content.timetable import EVERY_DAY, is_chosen
from handlers.lesson_state import Taken
from handlers.turn import WARD_ZONE, Option, Reply
from store.enrolments import FINISHED, PAUSED, STOPPED

PLATFORM = "binhdanhocvuso.gov.vn"
ONWARD = "keep-learning"
"""The lesson that shows the way to the state's own platform."""
AGAIN = N_("Let us go over this one again.")
WAITS = N_("This lesson still waits for you.")
RESTS = N_(
    "I do not send it again by itself, so that it does not disturb you. To go on, type “học” any time."
)


def message(
    lang: str,
    library: Library,
    number: int,
    lesson: Lesson,
    part: int,
    today: date,
    intro: str = "",
) -> Reply:
    """One message of a lesson in the enrolment `number`; after the last part comes its question."""
    if part > len(lesson.parts):
        return _question(lang, library, number, lesson)
    head = translate(
        lang,
        "{lesson} (part {part} of {parts})",
        lesson=_head(lang, library, lesson),
        part=part,
        parts=len(lesson.parts),
    )
    lines = lesson.parts[part - 1]
    links = dict.fromkeys(link for line in lines for link in line.links)
    text = [head, "\n".join(library.shown(line.text, today) for line in lines)]
    if part == 1:
        text = [intro, *text, *_cautions(lang, lesson, today)]
    onward = Option(translate(lang, "Continue"), f"lesson:part:{number}:{lesson.id}:{part + 1}")
    see = (
        Option(translate(lang, "See: {title}", title=library.titles[link]), f"guide:{link}")
        for link in links
    )
    return Reply("\n\n".join(filter(None, text)), (onward, *see))


def _question(lang: str, library: Library, number: int, lesson: Lesson) -> Reply:
    head = translate(lang, "{lesson} (question)", lesson=_head(lang, library, lesson))
    choices = [
        Option(choice.label, f"quiz:{number}:{lesson.id}:{place}")
        for place, choice in enumerate(lesson.choices)
    ]
    again = Option(translate(lang, "Read it again"), f"lesson:part:{number}:{lesson.id}:1")
    return Reply(f"{head}\n\n{lesson.question}", (*choices, again))


def _head(lang: str, library: Library, lesson: Lesson) -> str:
    lessons = library.courses[lesson.course].lessons
    return translate(
        lang,
        "Lesson {n} of {count}: {title}",
        n=lessons.index(lesson) + 1,
        count=len(lessons),
        title=lesson.title,
    )


def _cautions(lang: str, lesson: Lesson, today: date) -> list[str]:
    lines = []
    if lesson.stale(today):
        day = lesson.checked_on.strftime("%d/%m/%Y")
        lines.append(
            translate(lang, "(Last checked on {day}: something may be different now.)", day=day)
        )
    if lang != "vi":
        lines.append(translate(lang, "(The lesson itself is in Vietnamese.)"))
    return lines


def feedback(lang: str, library: Library, lesson: Lesson, place: int, today: date) -> str:
    """What is said to who chose an answer; the right one is explained either way."""
    said = library.shown(lesson.choices[place].feedback.text, today)
    if place == lesson.right:
        return said
    best = lesson.choices[lesson.right]
    why = library.shown(best.feedback.text, today)
    praise, _, rest = why.partition(". ")
    if rest and praise.casefold().startswith("đúng"):
        why = rest
    explained = translate(lang, "The best answer: {label}. {why}", label=best.label, why=why)
    return f"{said}\n\n{explained}"


def days(lang: str, mask: int) -> str:
    """ "every day", "thứ Hai, thứ Tư, thứ Sáu"."""
    if mask == EVERY_DAY:
        return translate(lang, "every day")
    chosen = [when.NAMES[place] for place in range(7) if is_chosen(mask, date(2024, 1, 1 + place))]
    return ", ".join(translate(lang, name) for name in chosen)


def hour(lang: str, number: int) -> str:
    return translate(lang, "{hour}:00", hour=number)


def next_time(lang: str, day: date, number: int, now: datetime) -> str:
    """The day and hour of the next lesson."""
    at = datetime.combine(day, time(number), WARD_ZONE)
    return when.in_words(at, now.astimezone(WARD_ZONE), lang)


def streak(lang: str, course: Taken) -> str:
    """A row of answered lessons, from the second on; "" for none. Its end is not mentioned."""
    length = course.streak.length
    return translate(lang, "{n} lessons in a row", n=length) if length > 1 else ""


def standing(lang: str, course: Taken, now: datetime) -> str:
    """How a course stands, in a few lines."""
    row, count = course.row, len(course.course.lessons)
    done = translate(lang, "{n} of {count} lessons done", n=row.position, count=count)
    row_of = streak(lang, course)
    lines = [translate(lang, course.course.title), f"• {done}", f"• {row_of}" if row_of else ""]
    return "\n".join(filter(None, [*lines, "• " + onward(lang, course, now)]))


def onward(lang: str, course: Taken, now: datetime) -> str:
    """What comes next by itself, and when."""
    row = course.row
    if row.state == STOPPED:
        return translate(lang, "Stopped; your place is kept")
    if row.state == PAUSED:
        return translate(lang, "Paused: nothing comes until you go on")
    if row.due_on is None and row.state == FINISHED and not course.repeats:
        return translate(lang, "You have finished this course")
    if row.due_on is None:
        return translate(lang, "The next lesson waits for you, no hurry")
    at = next_time(lang, row.due_on, row.hour, now)
    if row.state == FINISHED:
        return translate(lang, "A lesson to go over again: {time}", time=at)
    return translate(lang, "Next lesson: {time}", time=at)


def consent(lang: str, course: Course, mask: int, number: int, ward: str | None) -> str:
    """What somebody says yes to before lessons come (facts/programme.md, e.2)."""
    head = translate(
        lang,
        "{course}: {count} short lessons. Each takes about a minute and a half and ends with a question.",
        course=translate(lang, course.title),
        count=len(course.lessons),
    )
    comes = translate(
        lang,
        "• They come {days} at {hour}, here in this chat (on the web page: whenever you open it); not on "
        "public holidays.",
        days=days(lang, mask),
        hour=hour(lang, number),
    )
    sender = translate(lang, "• The assistant of {ward} sends them.", ward=ward) if ward else ""
    stops = translate(lang, "• Type “stop” at any time and they stop.")
    keeps = translate(
        lang,
        "• Kept for this: the days and hour you chose, which lessons you got and whether your answers "
        "were right; no name, no phone number. The ward sees only how many lessons were sent and "
        "answered. /mydata shows and deletes it.",
    )
    asks = translate(lang, "Do you want to get these lessons?")
    return "\n".join(filter(None, [head, sender, comes, stops, keeps, "", asks]))


def summary(lang: str, course: Taken, right_at_first: int) -> str:
    """What is said after the last lesson. Never that it counts for anything (facts/programme.md, b.3)."""
    title = translate(lang, course.course.title)
    count = len(course.course.lessons)
    lines = [
        translate(lang, "You have finished: {course}. Well done!", course=title),
        translate(lang, "• {count} lessons done", count=count),
        translate(lang, "• Right at the first try: {n}", n=right_at_first),
    ]
    if course.repeats:
        n = len(course.repeats)
        lines.append(translate(lang, "• Coming back to be gone over again: {n}", n=n))
    further = translate(
        lang,
        "To go on learning, type the address {platform} yourself and log in with VNeID.",
        platform=PLATFORM,
    )
    honest = translate(
        lang,
        "These lessons are for practice. They are no confirmation of digital skills by the state.",
    )
    return "\n".join([*lines, "", further, honest])
