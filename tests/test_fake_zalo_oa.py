"""The fake Official Account keeps to facts/zalo.md, 4.2: OAuth, access, and failures on order."""

import asyncio

import httpx
import pytest

from tests.fakes.zalo_oa_program import (
    APP,
    CS,
    HOA,
    OA,
    SECRET,
    TOKEN,
    TU,
    Json,
    Program,
    consented,
    play,
)

BY_PHONE = "/message/template"


# --- 1: tokens ----------------------------------------------------------------------------------


@pytest.mark.parametrize("dies", [True, False])
def test_a_refresh_token_works_once_and_gives_a_new_pair(dies: bool) -> None:
    async def story(p: Program) -> None:
        new = await p.renew(p.refresh)
        assert sorted(new) == ["access_token", "expires_in", "refresh_token"]
        assert new["expires_in"] == "90000"
        assert (await p.cs("cũ"))["error"] == (-220 if dies else 0)
        p.token = new["access_token"]
        assert (await p.cs("mới"))["error"] == 0
        again = await p.renew(p.refresh)
        assert (p.answer.status_code, again["error"]) == (200, -14020)
        assert "access_token" not in again
        assert (await p.renew(new["refresh_token"]))["expires_in"] == "90000"
        assert p.fake.refreshed == 2

    play(story, old_token_dies=dies)


def test_who_asks_for_tokens_must_be_the_app() -> None:
    async def story(p: Program) -> None:
        assert (await p.renew(p.refresh, secret="other"))["error"] == -14004
        assert (await p.renew(p.refresh, app_id="7"))["error"] == -14003
        assert (await p.tokens(grant_type="password"))["error"] == -14012
        as_json = {"refresh_token": p.refresh, "app_id": APP, "grant_type": "refresh_token"}
        assert (await p.post(TOKEN, as_json, secret_key=""))["error"] == -14004
        assert (await p.post(TOKEN, as_json, secret_key=SECRET))["error"] == -14003
        p.clock.forward(days=90)
        assert (await p.renew(p.refresh))["error"] == -14020

    play(story)


def test_a_code_is_exchanged_once_with_its_verifier_within_ten_minutes() -> None:
    async def story(p: Program) -> None:
        async def exchange(code: str, verifier: str = "v" * 43) -> Json:
            form = {"code": code, "code_verifier": verifier}
            return await p.tokens(grant_type="authorization_code", **form)

        back = await consented(p)
        assert back == {"x": "1", "code": back["code"], "oa_id": OA, "state": "s1"}
        assert (await exchange(back["code"], "w" * 43))["error"] == -14012
        p.token = (await exchange(back["code"]))["access_token"]
        assert (await p.cs("mới"))["error"] == 0
        assert (await exchange(back["code"]))["error"] == -14012
        late = (await consented(p))["code"]
        p.clock.forward(minutes=10)
        assert (await exchange(late))["error"] == -14012

    play(story)


def test_the_consent_page_knows_the_app_and_its_address() -> None:
    async def story(p: Program) -> None:
        asked = {"app_id": APP, "redirect_uri": "https://bot.example.vn/back"}
        for wrong in ({"app_id": "7"}, {"redirect_uri": "https://evil.example.vn/back"}):
            answer = await p.client.get("/v4/oa/permission", params=asked | wrong)
            assert answer.json()["error"] == -14003
        assert (await consented(p, redirect_uri=asked["redirect_uri"]))["oa_id"] == "another"

    play(story, callback="https://bot.example.vn/back", consents_as="another")


# --- 2: access ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 401])
@pytest.mark.parametrize("expired", [-220, -216])
def test_a_token_lasts_25_hours(status: int, expired: int) -> None:
    async def story(p: Program) -> None:
        await p.post(CS, {}, access_token="AT-unknown")
        assert (p.answer.status_code, p.answer.json()["error"]) == (status, -216)
        nobody = await p.client.get("/v2.0/oa/getoa")
        assert (nobody.status_code, nobody.json()["error"]) == (status, -216)
        p.clock.forward(hours=25, seconds=-1)
        assert (await p.cs("còn"))["error"] == 0
        p.clock.forward(seconds=1)
        assert (await p.cs("hết"))["error"] == expired
        assert p.answer.status_code == status
        assert (await p.post(BY_PHONE, {}))["error"] == -124
        assert p.answer.status_code == status

    play(story, expired_code=expired, http_401=status == 401)


# --- faults -------------------------------------------------------------------------------------


def test_faults_end_and_say_what_was_done() -> None:
    async def story(p: Program) -> None:
        p.fake.fail(CS, code=-218, times=2, chat_id=TU)
        await p.fake.text(HOA, "chào")
        assert (await p.cs("không bị", to=HOA))["error"] == 0
        assert [(await p.cs("a"))["error"] for _ in range(3)] == [-218, -218, 0]
        p.fake.fail(CS, status=502)
        answer = await p.client.post(CS, headers={"access_token": p.token})
        assert (answer.status_code, answer.text[:6]) == (502, "<html>")
        p.fake.garble(CS)
        with pytest.raises(ValueError, match="Expecting value"):
            await p.cs("b")
        assert p.answer.status_code == 200
        for performed in (False, True):
            p.fake.cut(CS, after_accepting=performed)
            with pytest.raises(httpx.RemoteProtocolError):
                await p.cs(f"cut {performed}")
        assert [shown.text for shown in p.fake.seen(TU)] == ["a", "b", "cut True"]

    play(story)


def test_a_refresh_may_happen_and_its_answer_be_lost() -> None:
    async def story(p: Program) -> None:
        p.fake.cut(TOKEN, after_accepting=True)
        with pytest.raises(httpx.RemoteProtocolError):
            await p.renew(p.refresh)
        assert p.fake.refreshed == 1
        assert (await p.renew(p.refresh))["error"] == -14020
        assert (await p.cs("cũ"))["error"] == -220

    play(story)


def test_a_slow_answer_comes_after_the_message() -> None:
    async def story(p: Program) -> None:
        arrived = asyncio.Event()
        p.fake.slow(CS, arrived)
        sending = asyncio.create_task(p.cs("a"))
        await p.fake.until(lambda: p.fake.seen(TU))
        assert not sending.done()
        arrived.set()
        assert (await sending)["error"] == 0

    play(story)


# --- the record ---------------------------------------------------------------------------------


def test_the_record_holds_no_secret() -> None:
    async def story(p: Program) -> None:
        await p.renew(p.refresh)
        await p.post(BY_PHONE, {"phone": "84912345678", "template_id": "301234"})
        await p.upload("file", "don.pdf", b"%PDF")
        record = repr(p.fake.log)
        assert "301234" in record
        assert "don.pdf" in record
        for secret in (p.token, p.refresh, "84912345678", "app-secret"):
            assert secret not in record
        assert p.fake.called("access_token")[0]["refresh_token"] == p.refresh

    play(story)
