"""What a figure of an indicator can count, in which unit, and what may narrow it."""

from typing import Literal, get_args

Measure = Literal[
    "sessions", "people", "successes", "households", "confirmed",
    "classes", "attended", "passed", "campaigns", "reached",
    "active_teams", "active_members", "member_days",
    "teams", "members", "trained",
    "guide_runs", "guides_finished",
    "ratings", "good_ratings",
    "feedback", "feedback_answered",
    "lessons", "lessons_passed", "messages", "broadcasts",
    "drives", "volunteer_days", "volunteer_hours", "core_trained", "officials_trained",
]  # fmt: skip
"""What a figure counts. `people` are lượt: one session with three topics counts once (section 1, rule 5);
`reached` is people of sessions and classes; `successes` are people whose session ended well (rule 2);
`lessons` are those of the assistant, which are no classes; `drives` are campaigns of digital skills for
residents, `campaigns` the names of campaigns that sessions give."""

UNITS: dict[str, str] = {
    "sessions": "buổi", "people": "lượt", "successes": "lượt", "households": "hộ", "confirmed": "buổi",
    "classes": "lớp", "attended": "lượt", "passed": "lượt", "campaigns": "đợt", "reached": "lượt",
    "active_teams": "tổ", "active_members": "người", "member_days": "ngày công",
    "teams": "tổ", "members": "người", "trained": "người",
    "guide_runs": "lượt", "guides_finished": "lượt",
    "ratings": "lượt", "good_ratings": "lượt", "feedback": "ý kiến", "feedback_answered": "ý kiến",
    "lessons": "lượt", "lessons_passed": "lượt", "messages": "lượt", "broadcasts": "tin",
    "drives": "đợt", "volunteer_days": "ngày công", "volunteer_hours": "giờ",
    "core_trained": "người", "officials_trained": "người",
}  # fmt: skip

FeedbackKind = Literal["difficulty", "proposal", "scam"]
MessageKind = Literal["news", "lesson", "reminder", "deadline", "logging"]
KINDS: dict[str, tuple[str, ...]] = {
    "feedback": get_args(FeedbackKind),
    "feedback_answered": get_args(FeedbackKind),
    "messages": get_args(MessageKind),
}
FILTERS: dict[str, frozenset[str]] = {
    "lessons": frozenset(("topics", "course")), "lessons_passed": frozenset(("topics", "course")),
    "messages": frozenset(("kind",)), "broadcasts": frozenset(),
    "drives": frozenset(("org",)), "volunteer_days": frozenset(("org",)),
    "volunteer_hours": frozenset(("org",)), "core_trained": frozenset(("org",)),
    "officials_trained": frozenset(("org",)),
}  # fmt: skip
"""What `where` may name for these: nobody says of a message or a broadcast what it is about, and of a
volunteer, a trainee or a campaign only whose they are."""
