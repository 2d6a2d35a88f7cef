"""When to remind: what people type is the time they mean, or no time at all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.when import FAR, FARTHEST, PAST, UNKNOWN, NoTime, in_words, opening, read

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=ZONE)
"""A Friday afternoon."""

TIMES = """
sáng thứ hai                        | 2026-11-23 08:00
sang thu hai                        | 2026-11-23 08:00
thứ hai                             | 2026-11-23 08:00
t2                                  | 2026-11-23 08:00
thu2                                | 2026-11-23 08:00
mai                                 | 2026-11-21 08:00
ngày mai                            | 2026-11-21 08:00
ngaymai                             | 2026-11-21 08:00
3 ngày nữa                          | 2026-11-23 08:00
3 ngay nua                          | 2026-11-23 08:00
3 ngày sau                          | 2026-11-23 08:00
sau ba ngày                         | 2026-11-23 08:00
sáu ngày nữa                        | 2026-11-26 08:00
sau ngay nua                        | 2026-11-26 08:00
8 giờ sáng mai                      | 2026-11-21 08:00
8 gio sang mai                      | 2026-11-21 08:00
8h sang mai nhé                     | 2026-11-21 08:00
8hsáng mai                          | 2026-11-21 08:00
8 giờ sangs mai                     | 2026-11-21 08:00
tám giờ sáng mai                    | 2026-11-21 08:00
tam gio sang mai                    | 2026-11-21 08:00
tầm 9 giờ sáng mai                  | 2026-11-21 09:00
8 giờ kém 15 sáng mai               | 2026-11-21 07:45
mai 8h30                            | 2026-11-21 08:30
8:30 mai                            | 2026-11-21 08:30
tối nay                             | 2026-11-20 19:00
toi nay                             | 2026-11-20 19:00
tối mai                             | 2026-11-21 19:00
mai tôi 9 giờ sáng                  | 2026-11-21 09:00
7 rưỡi tối                          | 2026-11-20 19:30
7h ruoi toi                         | 2026-11-20 19:30
lúc 4 giờ chiều                     | 2026-11-20 16:00
luc 4 gio chieu                     | 2026-11-20 16:00
lúc 3 giờ chiều                     | 2026-11-21 15:00
5h                                  | 2026-11-20 17:00
17h                                 | 2026-11-20 17:00
8 giờ                               | 2026-11-21 08:00
muoi gio ruoi                       | 2026-11-21 10:30
bảy giờ tối                         | 2026-11-20 19:00
trưa mai                            | 2026-11-21 11:30
12 giờ trưa mai                     | 2026-11-21 12:00
1 giờ trưa mai                      | 2026-11-21 13:00
chiều chủ nhật                      | 2026-11-22 15:00
chieu cn                            | 2026-11-22 15:00
thứ 7 này lúc 9h                    | 2026-11-21 09:00
thứ 2 tuần sau                      | 2026-11-23 08:00
thu 2 tuan sau                      | 2026-11-23 08:00
thuws hai tuaanf sau                | 2026-11-23 08:00
thu nam tuan sau                    | 2026-11-26 08:00
thứ hai tuần tới 8 giờ tối          | 2026-11-23 20:00
thứ hai tới                         | 2026-11-23 08:00
thứ ba tuần sau nữa                 | 2026-12-01 08:00
tuần sau                            | 2026-11-27 08:00
sang tuần                           | 2026-11-27 08:00
hai tuần nữa                        | 2026-12-04 08:00
mot tuan nua                        | 2026-11-27 08:00
đầu tuần                            | 2026-11-23 08:00
giữa tuần sau                       | 2026-11-25 08:00
cuối tuần                           | 2026-11-21 08:00
cuoituan                            | 2026-11-21 08:00
cuối tuần sau                       | 2026-11-28 08:00
sau 2 tiếng                         | 2026-11-20 17:30
2 tieng nua                         | 2026-11-20 17:30
2 tiếng rưỡi nữa                    | 2026-11-20 18:00
nửa tiếng nữa                       | 2026-11-20 16:00
15 phút nữa                         | 2026-11-20 15:45
mười lăm phút nữa                   | 2026-11-20 15:45
mùng 5 tháng sau                    | 2026-12-05 08:00
mung nam thang sau                  | 2026-12-05 08:00
mùng một                            | 2026-12-01 08:00
đầu tháng sau                       | 2026-12-01 08:00
giữa tháng                          | 2026-12-15 08:00
cuối tháng                          | 2026-11-30 08:00
cuối tháng sau                      | 2026-12-31 08:00
tháng sau                           | 2026-12-20 08:00
15/12                               | 2026-12-15 08:00
15-12                               | 2026-12-15 08:00
19/11                               | 2027-11-19 08:00
ngày 15 tháng 12                    | 2026-12-15 08:00
ngày mười lăm tháng mười hai        | 2026-12-15 08:00
15/12/2026 lúc 14h30                | 2026-12-15 14:30
9h sáng ngày 15 tháng 12 năm 2026   | 2026-12-15 09:00
8h 15/12                            | 2026-12-15 08:00
15/1                                | 2027-01-15 08:00
15/1/27                             | 2027-01-15 08:00
15/1 năm sau                        | 2027-01-15 08:00
ngày 25                             | 2026-11-25 08:00
ngày 15                             | 2026-12-15 08:00
ngày 31                             | 2026-12-31 08:00
20/11 lúc 5 giờ chiều               | 2026-11-20 17:00
thứ hai 23/11                       | 2026-11-23 08:00
ngày kia                            | 2026-11-22 08:00
sáng mốt                            | 2026-11-22 08:00
sáng thứ sáu                        | 2026-11-27 08:00
tối thứ 6                           | 2026-11-20 19:00
thứ hai tối                         | 2026-11-23 19:00
thu 2 toi                           | 2026-11-23 08:00
thu sau                             | 2026-11-27 08:00
hnay 8h toi                         | 2026-11-20 20:00
tomorrow at 3 pm                    | 2026-11-21 15:00
tomorow morning                     | 2026-11-21 08:00
next monday                         | 2026-11-23 08:00
monday next week at 9 am            | 2026-11-23 09:00
in two hours                        | 2026-11-20 17:30
in 3 days                           | 2026-11-23 08:00
december 15                         | 2026-12-15 08:00
tonight                             | 2026-11-20 19:00
12 pm                               | 2026-11-21 12:00
"""


@pytest.mark.parametrize("line", TIMES.strip().splitlines())
def test_a_time_is_what_people_mean(line: str) -> None:
    text, _, wanted = line.partition(" | ")
    found = read(text.strip(), NOW)
    assert (f"{found.at:%Y-%m-%d %H:%M}", found.moved) == (wanted, False)
    assert found.at.utcoffset() == timedelta(hours=7)


QUIET = {
    "3 giờ sáng mai": "2026-11-21 07:00",
    "6 giờ sáng thứ hai": "2026-11-23 07:00",
    "06:30": "2026-11-21 07:00",
    "9 giờ tối": "2026-11-21 07:00",
    "22h thứ hai": "2026-11-24 07:00",
    "12 giờ đêm": "2026-11-21 07:00",
    "2 giờ đêm nay": "2026-11-21 07:00",
    "sau 8 tiếng": "2026-11-21 07:00",
}


@pytest.mark.parametrize("text", QUIET)
def test_nobody_is_woken(text: str) -> None:
    found = read(text, NOW)
    assert (f"{found.at:%Y-%m-%d %H:%M}", found.moved) == (QUIET[text], True)


def test_the_quiet_hours_end_at_seven_and_begin_at_nine() -> None:
    assert not read("7 giờ sáng mai", NOW).moved
    assert not read("20:59", NOW).moved
    assert read("21:00", NOW).moved


REFUSED = {
    PAST: [
        "hôm nay 8 giờ", "sáng nay", "chiều nay", "20/11", "15/12/2025", "1/11 năm nay", "thứ hai tuần này",
    ],
    FAR: ["15/12/2028", "400 ngày nữa", "999 tháng nữa", "29/2"],
    UNKNOWN: [
        "", "  ", "vào lúc", "sau", "2", "an", "15", "8 giờ 75", "25h", "15 giờ sáng", "15/13", "31/11",
        "29/2/2027", "thứ ba 23/11", "thứ 8", "8h mai 9h", "sáng chiều", "mai mốt", "lát nữa", "bây giờ",
        "rằm", "tết", "1 tuần", "tuần trước", "hôm qua", "thứ hai nộp báo cáo", "8h 会议", "99999 ngày nữa",
        "mai" + " nhé" * 30,
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "text"), [(reason, text) for reason, texts in REFUSED.items() for text in texts]
)
def test_what_is_no_time_to_come_is_refused(reason: str, text: str) -> None:
    with pytest.raises(NoTime) as raised:
        read(text, NOW)
    assert raised.value.reason == reason


WORDS = st.sampled_from(
    """
    8 15 31 0 99 2026 mười hai năm sáu sau tu bay giờ gio h h30 : / 15/12 rưỡi kém phút tiếng nữa nua
    sáng sang trưa chiều tối toi tôi đêm nay mai mốt kia mùng ngày tháng tuần năm thứ thu t2 cn chủ nhật
    tới đầu giữa cuối in at the next after this week month monday tomorrow pm am december half an hour lúc
    """.split()
)
HOURS = st.one_of(
    st.just(""), st.times().map("{:%H:%M}".format), st.integers(0, 25).map("{} giờ".format)
)
PARTS = st.sampled_from(["", "sáng", "trưa", "chiều", "tối", "đêm"])
DAYS = st.one_of(
    st.sampled_from(
        ["", "mai", "thứ sáu", "cn tuần sau", "cuối tháng", "ngày 31", "29/2", "tháng sau"]
    ),
    st.integers(0, 1000).map("{} ngày nữa".format),
    st.dates().map("{:%d/%m}".format),
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(WORDS, max_size=7).map(" ".join),
    st.tuples(HOURS, PARTS, DAYS).map(" ".join),
)
NOWS = st.datetimes(datetime(2024, 1, 1), datetime(2090, 1, 1), timezones=st.just(ZONE))


@given(TEXTS, NOWS)
@settings(deadline=None)  # the first one loads dateparser
def test_any_text_is_a_time_to_come_or_none(text: str, now: datetime) -> None:
    try:
        found = read(text, now)
    except NoTime:
        return
    assert now < found.at <= now + FARTHEST + timedelta(days=1)
    assert 7 <= found.at.hour < 21


@given(NOWS)
@settings(deadline=None)
def test_a_weekday_is_one_of_the_next_seven(now: datetime) -> None:
    at = read("chiều thứ năm", now).at
    assert (at.weekday(), at.hour) == (3, 15)
    assert at - now <= timedelta(days=7)


BACK = [
    (NOW.replace(hour=16, minute=0), "today, Friday 20/11, 4:00 pm", "4 giờ chiều nay, thứ Sáu 20/11"),
    (datetime(2026, 11, 21, 8, tzinfo=ZONE), "tomorrow, Saturday 21/11, 8:00 am",
     "8 giờ sáng mai, thứ Bảy 21/11"),
    (datetime(2026, 11, 23, 8, tzinfo=ZONE), "Monday 23/11/2026, 8:00 am", "8 giờ sáng thứ Hai, 23/11/2026"),
    (datetime(2026, 11, 29, 4, 30, tzinfo=UTC), "Sunday 29/11/2026, 11:30 at midday",
     "11 giờ 30 trưa Chủ nhật, 29/11/2026"),
    (datetime(2026, 11, 24, 19, 5, tzinfo=ZONE), "Tuesday 24/11/2026, 7:05 in the evening",
     "7 giờ 05 tối thứ Ba, 24/11/2026"),
]  # fmt: skip


@pytest.mark.parametrize(("at", "english", "vietnamese"), BACK)
def test_a_time_is_said_back(at: datetime, english: str, vietnamese: str) -> None:
    assert (in_words(at, NOW, "en"), in_words(at, NOW, "vi")) == (english, vietnamese)


OPENINGS = {
    "nhắc tôi 8 giờ sáng mai": "8 giờ sáng mai",
    "nhac toi toi mai": "toi mai",
    "NHẮC TÔI: mai": "mai",
    "nhắc tôi vào thứ hai": "thứ hai",
    "Nhắc lại cho tôi sáng mai": "sáng mai",
    "nhắc con nhé": "nhé",
    "nhắc giúp em tối nay": "tối nay",
    "làm ơn nhắc  bác mai": "mai",
    "remind me tomorrow": "tomorrow",
    "please remind me": "",
    "nhắc tôi": "",
    "nhắc lại": None,
    "nhac lai": None,
    "nhắc tối mai": None,
    "nhạc tôi thích": None,
    "ai nhắc tôi thế": None,
    "nhắc tôitối": None,
    "": None,
}


@pytest.mark.parametrize("text", OPENINGS)
def test_the_wish_for_a_reminder_begins_a_message(text: str) -> None:
    assert opening(text) == OPENINGS[text]
