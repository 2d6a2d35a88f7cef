"""Posters of a campaign: one page, large, with the word, the places and a code that leads there."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot import poster_page, posters
from bot.files import Gone
from content.library import Library
from content.topics import bits
from content.ward import Contact, Ward
from store import campaigns
from store.campaigns import CampaignRow
from store.shifts import ShiftRow
from tests.campaigns import CODE, NAME, at, campaign, shift
from tests.conftest import run
from tests.staff import WARD, Office, office

ADDRESS = "https://toso.example.vn"
WHO = ("residents", "volunteers")


async def poster(world: Office, who: str) -> bytes:
    """The poster of the first campaign, as the officer gets it."""
    made = await world.app.files.make(f"poster/1/{WARD}/1/{who}/x.pdf")
    return made.data


def text_of(data: bytes) -> str:
    """The text of its only page, in one line."""
    document = pypdfium2.PdfDocument(data)
    try:
        assert len(document) == 1
        return " ".join(document[0].get_textpage().get_text_range().split())
    finally:
        document.close()


def codes_on(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        image = document[0].render(scale=2).to_pil()
    finally:
        document.close()
    return [found.text for found in zxingcpp.read_barcodes(image)]


def letters_below(data: bytes, millimetres: float) -> int:
    """How many letters stand lower than that on the page, or off it."""
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[0].get_textpage()
        height = document[0].get_height() - millimetres / poster_page.POINT
        letters = [at for at, sign in enumerate(page.get_text_range()) if sign.strip()]
        return sum(page.get_charbox(at)[3] < height for at in letters)
    finally:
        document.close()


def drawn(library: Library, url: str, who: str, **given_settings: Any) -> bytes:
    async def made() -> bytes:
        async with office(url, library, **given_settings) as world:
            await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            await shift(world, number, at(21, 8), at(21, 11))
            await shift(world, number, at(22, 14), at(22, 16), place="Chợ Con")
            await shift(world, number, at(19, 14), at(19, 16), place="Chỗ đã qua")
            return await poster(world, who)

    data = run(made())
    assert isinstance(data, bytes)
    return data


@pytest.mark.parametrize("who", WHO)
def test_a_poster_names_places_hours_and_the_word(
    who: str, sqlite_url: str, library: Library
) -> None:
    text = text_of(drawn(library, sqlite_url, who))
    for said in (NAME, CODE, "Nhà văn hóa TDP 1", "08:00–11:00 thứ Bảy 21/11", "Chợ Con"):
        assert said in text
    assert "Chỗ đã qua" not in text
    assert ("tình nguyện HE2026" in text) is (who == "volunteers")


@pytest.mark.parametrize(("who", "kind"), [("residents", "camp"), ("volunteers", "vol")])
def test_the_code_leads_to_the_landing_page(
    who: str, kind: str, sqlite_url: str, library: Library
) -> None:
    data = drawn(library, sqlite_url, who, public_url=ADDRESS)
    assert codes_on(data) == [f"{ADDRESS}/q/{kind}_{WARD}_{CODE}"]


def test_without_a_public_address_there_is_the_word_and_no_code(
    sqlite_url: str, library: Library
) -> None:
    data = drawn(library, sqlite_url, "residents")
    assert codes_on(data) == []
    assert "Quét" not in text_of(data)


def test_a_phone_is_named_only_where_the_ward_gave_one(sqlite_url: str, library: Library) -> None:
    assert not re.search(r"\d{8}", text_of(drawn(library, sqlite_url, "residents")))


def test_the_wards_phone_stands_at_the_foot() -> None:
    contact = Contact(name="Bộ phận một cửa", phone="0220 3999 999")
    ward = NOWHERE.model_copy(update={"contacts": [contact]})
    words = posters.content(a_campaign("Chợ số"), ward, [], "residents", "")
    assert "0220 3999 999" in text_of(poster_page.draw(words))


def test_a_full_shift_is_not_on_the_poster_for_volunteers(
    sqlite_url: str, library: Library
) -> None:
    async def told() -> str:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            await shift(world, number, at(21, 8), at(21, 11), places=0)
            return text_of(await poster(world, "volunteers"))

    assert "Nhà văn hóa" not in run(told())


def test_a_cancelled_campaign_has_no_poster(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            now = world.clock()
            await world.app.store.write(lambda db: campaigns.cancel(db, number, "x", now))
            with pytest.raises(Gone):
                await poster(world, "residents")

    run(told())


START = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
TOPICS = bits(["vneid_tao", "dvc_nop", "ttkdtm_qr"])
PLACES = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxy AĂÂBCDĐ0123456789", min_size=1, max_size=80).filter(
    str.strip
)


NOWHERE = Ward(id=WARD, name="phường Mẫu", city="x", invented=True, contacts=[Contact(name="x")])


def a_campaign(name: str) -> CampaignRow:
    return CampaignRow(
        ward_id=WARD, code="A" * 12, name=name, model="x", organiser="youth", skills=True,
        area_type="ward", first=START.date(), last=START.date() + timedelta(days=60), cutoff=1200,
        targets={}, member_id=1, id=1, created_at=START, cancelled_at=None, reason=None, areas=(),
    )  # fmt: skip


def a_shift(number: int, place: str) -> ShiftRow:
    starts = START + timedelta(days=number)
    return ShiftRow(
        id=number, campaign_id=1, ward_id=WARD, campaign="x", leader_id=1, place=place,
        place_code="other", area_id=None, area=None, starts_at=starts,
        ends_at=starts + timedelta(hours=3), places=4, topics=TOPICS, taken=0, cancelled=False,
    )  # fmt: skip


@settings(max_examples=20, deadline=None, phases=(Phase.reuse, Phase.generate))  # no slow shrinking
@given(PLACES, st.lists(PLACES, max_size=60), st.sampled_from(WHO), st.booleans())
def test_a_poster_is_one_page_whatever_stands_on_it(
    name: str, places: list[str], who: str, reachable: bool
) -> None:
    shifts = [a_shift(number, place) for number, place in enumerate(places)]
    words = posters.content(a_campaign(name), NOWHERE, shifts, who, ADDRESS if reachable else "")
    text = text_of(poster_page.draw(words))
    assert "AAAAAAAAAAAA" in text
    below = [words.scan * reachable, words.type, words.word, words.foot]
    assert letters_below(poster_page.draw(words), poster_page.BAND) <= sum(
        len(one) for one in below
    )
    shown = sum(_tight(place) in _tight(text) for place, _ in words.places)
    assert shown == len(words.places) or "… và nơi khác" in text


def _tight(text: str) -> str:
    """Without spaces: a line may end amid a word that is as long as the page is wide."""
    return "".join(text.split())
