"""The page behind the QR code of a poster, and the words it tells people to type."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape

import httpx
import pytest
from starlette.applications import Starlette

from bot.web.app import web_app
from bot.web.landing import HELLO, Landing
from content.i18n import translate
from content.library import Library
from handlers.payload import named
from handlers.turn import Reply
from store.db import Store
from tests.conftest import run
from tests.staff import WARD, Somebody, office

OA, BOT = "https://zalo.me/1646843870823900002", "https://zalo.example/bot/abc"


@dataclass(frozen=True)
class Way:
    """A channel that is set up."""

    name: str
    where: str

    def address(self, code: str) -> str:
        return f"{self.where}?start={code}" if self.name == "telegram" else self.where


ALL = (Way("telegram", "https://t.me/x_bot"), Way("zalo_bot", BOT), Way("zalo_oa", OA))


def page(library: Library, path: str, known: tuple[Way, ...] = ALL[1:]) -> httpx.Response:
    """What a telephone gets that scanned a code."""

    async def fetched() -> httpx.Response:
        app = web_app(Landing(library, known, Store("sqlite://")).routes, "", _well, _nothing)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path)

    return run(fetched())


async def _well() -> bool:
    return True


@asynccontextmanager
async def _nothing(_: Starlette) -> AsyncIterator[None]:
    yield


def ways(response: httpx.Response) -> list[str]:
    """Where the buttons lead."""
    return [unescape(to) for to in re.findall(r'class="option" href="([^"]*)"', response.text)]


def payloads(library: Library) -> list[str]:
    """Everything a code may name."""
    wards = library.wards.values()
    return [
        *(f"guide_{name}" for name in library.guides),
        *(f"hoc_{name}" for name in library.courses),
        *(f"ward_{ward.id}" for ward in wards),
        *(f"area_{ward.id}_{code}" for ward in wards for code in ward.area_codes),
        "hoc",
    ]


# The page


def test_a_code_says_what_it_opens_and_where(library: Library) -> None:
    for code in payloads(library):
        found = named(library, code, "vi")
        assert found
        response = page(library, f"/q/{code}")
        assert response.status_code == 200
        shown = unescape(response.text)
        assert f"<h2>{found.title}</h2>" in shown
        assert f">{found.word}</p>" in shown
        assert ways(response) == [f"/?start={code}&lang=vi", OA, BOT]


@pytest.mark.parametrize("known", [(), ALL[:1], ALL[1:2], ALL[2:], ALL], ids=str)
def test_only_what_is_set_up_is_offered(known: tuple[Way, ...], library: Library) -> None:
    response = page(library, "/q/hoc_traders", known)
    offered = [one.address("hoc_traders") for one in reversed(known)]
    assert ways(response) == ["/?start=hoc_traders&lang=vi", *offered]
    on_zalo = any(one.name.startswith("zalo") for one in known)
    assert ("học tiểu thương</p>" in response.text) == on_zalo


def test_a_channel_whose_address_is_not_known_yet_is_left_out(library: Library) -> None:
    assert len(ways(page(library, "/q/hoc", (Way("zalo_bot", ""),)))) == 1


@pytest.mark.parametrize(
    "code",
    ["", "guide_gone", "hoc_gone", "ward_", "area_mau_gone", "a/b", "<script>alert(1)", "%22"],
)
def test_an_unknown_code_is_no_dead_end(code: str, library: Library) -> None:
    response = page(library, f"/q/{code}")
    assert response.status_code == 200
    assert ways(response) == ["/?lang=vi", OA, BOT]
    assert f">{HELLO}</p>" in response.text
    assert "gone" not in response.text


def test_the_page_needs_no_script_and_keeps_to_the_safe_headers(library: Library) -> None:
    response = page(library, "/q/guide_vneid-install")
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert not re.search(r"<script|<style|style=|\son\w+=", response.text)
    assert '<link rel="stylesheet" href="/static/chat.css">' in response.text


def test_the_language_can_be_changed(library: Library) -> None:
    english = page(library, "/q/hoc_traders?lang=en").text
    assert '<html lang="en">' in english
    assert '<a href="?lang=en" lang="en" hreflang="en" aria-current="true">' in english
    assert "<h2>For small traders</h2>" in english
    assert 'lang="vi">học tiểu thương</p>' in english
    assert "/?start=hoc_traders&amp;lang=en" in english
    assert '<html lang="vi">' in page(library, "/q/hoc_traders?lang=xx").text


# The words


async def said(person: Somebody, text: str) -> str:
    return (await person.say(text)).text


def test_typing_the_word_opens_what_the_code_names(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            for number, code in enumerate(payloads(library)):
                found = named(library, code, "vi")
                assert found
                scanned = await world.somebody(f"s{number}").say(f"/start {code}")
                for how, text in enumerate((found.word, code, found.word.upper())):
                    typed = await world.somebody(f"t{number} {how}").say(text)
                    assert _same(scanned, typed), (code, text, typed.text)

    run(scenario())


def _same(scanned: Reply, typed: Reply) -> bool:
    """A search may add other guides below what it found."""
    shown = scanned.text.splitlines()[0]
    return shown in typed.text and typed.options[0] == scanned.options[0]


def test_the_greeting_of_an_unknown_code_greets(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            tu = world.somebody("Cụ-Tư")
            assert await said(tu, HELLO) == await said(tu, "/start")

    run(scenario())


def test_a_typed_ward_is_kept_like_a_scanned_one(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            tu = world.somebody("Cụ-Tư")
            assert library.wards[WARD].name in await said(tu, "to dan pho 2, phuong mau")
            kept = await said(tu, "/mydata")
            assert "Tổ dân phố 2" in kept

    run(scenario())


def test_a_ward_typed_into_a_form_is_its_answer(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            tu = world.somebody("Cụ-Tư")
            greeting = await said(tu, "/start ward_mau")
            await tu.say("/feedback")
            await tu.say("1")
            assert await said(tu, "phường Mẫu") != greeting
            assert await said(tu, "/start") == greeting

    run(scenario())


def test_who_works_in_a_ward_is_not_moved_by_a_name(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            greeting = await said(lan, "/start")
            assert await said(lan, "phường Phù Liễn") != greeting
            assert library.wards[WARD].name in await said(lan, "/start")

    run(scenario())


def test_a_word_in_a_longer_question_is_a_question(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            tu = world.somebody("Cụ-Tư")
            for text in ("học cách cài VNeID", "công an phường Mẫu ở đâu"):
                assert translate("vi", "Choose below, or just type your question.") not in (
                    await said(tu, text)
                )

    run(scenario())
