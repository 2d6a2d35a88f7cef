"""The fake Official Account keeps to facts/zalo.md, 4.2: templates, uploads, information, limits."""

from typing import Any

import pytest

from tests.fakes.zalo_oa import Spent
from tests.fakes.zalo_oa_program import HOA, OA, TU, Json, Program, play

TEMPLATE, BY_PHONE = "/v3.0/oa/message/template", "/message/template"
DETAIL, LIST = "/v3.0/oa/user/detail", "/v3.0/oa/user/getlist"
TEMPLATES = {"301234": {"price": 200, "params": ["ten", "gio"]}}
DATA = {"ten": "Bác Tư", "gio": "19:30 26/11/2026"}
PHONE = "84912345678"


# --- 6: templates -------------------------------------------------------------------------------


def sent(**given: Any) -> Json:
    return {"template_id": "301234", "template_data": DATA, "tracking_id": "t-1"} | given


def test_templates_reach_people_by_id_and_by_number() -> None:
    async def story(p: Program) -> None:
        by_id = await p.post(TEMPLATE, sent(user_id=TU))
        by_phone = await p.post(BY_PHONE, sent(phone=PHONE))
        trial = await p.post(BY_PHONE, sent(phone=PHONE, mode="development"))
        assert [by_id["error"], by_phone["error"], trial["error"]] == [0, 0, 0]
        assert sorted(by_phone["data"]) == ["msg_id", "quota", "sending_mode", "sent_time"]
        assert by_phone["data"]["quota"] == {"dailyQuota": "3", "remainingQuota": "1"}
        assert [(s.user, s.dong) for s in p.fake.ledger] == [(TU, 200), (PHONE, 200), (PHONE, 0)]
        assert p.fake.ledger[0] == Spent("template", TU, 200, p.clock())
        assert [s.tracking for s in p.fake.seen(TU)] == ["t-1"]
        await p.fake.submit_info(TU, "Nguyễn Văn Tư", PHONE)
        assert [(s.template, s.data) for s in p.fake.seen(TU)] == [("301234", DATA)] * 3
        assert (await p.post(TEMPLATE, sent(user_id=TU)))["error"] == -211
        p.clock.forward(hours=24)
        assert (await p.post(TEMPLATE, sent(user_id=TU)))["error"] == 0

    play(story, templates=TEMPLATES, template_daily=3)


def test_templates_that_are_refused() -> None:
    async def story(p: Program) -> None:
        wrong: list[Json] = [{"template_id": "7"}, {"template_data": {"ten": "a"}}]
        wrong += [{"template_data": DATA | {"more": "b"}}, {"template_data": "x"}]
        for given in wrong:
            assert (await p.post(TEMPLATE, sent(user_id=TU, **given)))["error"] == -201
        assert (await p.post(TEMPLATE, sent(user_id=HOA)))["error"] == -201
        for phone in ("0912345678", "8491234567", ""):
            assert (await p.post(BY_PHONE, sent(phone=phone)))["error"] == -201
        assert (p.fake.ledger, p.fake.shown) == ([], [])

    play(story, templates=TEMPLATES)


@pytest.mark.parametrize("night", [True, False])
def test_no_template_at_night(night: bool) -> None:
    async def story(p: Program) -> None:
        async def code() -> Any:
            p.token, _ = p.fake.grant()
            return (await p.post(TEMPLATE, sent(user_id=TU)))["error"]

        at = -234 if night else 0
        p.clock.forward(hours=9, minutes=59)  # 21:59 in Vietnam
        assert await code() == 0
        p.clock.forward(minutes=1)
        assert await code() == at
        assert (await p.cs("tin tư vấn"))["error"] == 0
        p.clock.forward(hours=7, minutes=59)
        assert await code() == at
        p.clock.forward(minutes=1)
        assert await code() == 0

    play(story, templates=TEMPLATES, night=night)


def test_the_approved_templates_are_listed() -> None:
    async def story(p: Program) -> None:
        (listed,) = (await p.get("/template/all"))["data"]
        assert listed["templateId"] == "301234"

    play(story, templates=TEMPLATES)


# --- 7: uploads ---------------------------------------------------------------------------------


def test_uploads_have_their_limits() -> None:
    async def story(p: Program) -> None:
        jpg, megabyte = b"\xff\xd8\xff", 1 << 20
        cases = [
            ("image", "a.jpg", jpg.ljust(megabyte), 0),
            ("image", "a.jpg", jpg.ljust(megabyte + 1), -210),
            ("image", "a.png", b"%PDF", -201),
            ("image", "a.png", b"", -201),
            ("gif", "a.gif", jpg, -201),
            ("file", "a.docx", b"x" * 5 * megabyte, 0),
            ("file", "a.docx", b"x" * (5 * megabyte + 1), -210),
            ("file", "a.xlsx", b"x", -201),
        ]
        for kind, name, data, code in cases:
            assert (await p.upload(kind, name, data))["error"] == code
        assert (await p.post("/v2.0/oa/upload/image", {}))["error"] == -201

    play(story)


# --- 8: information -----------------------------------------------------------------------------


@pytest.mark.parametrize("followers_only", [True, False])
def test_what_is_told_of_a_person(followers_only: bool) -> None:
    async def story(p: Program) -> None:
        assert (await p.get(DETAIL, user_id=HOA))["error"] == -201
        assert (await p.get(DETAIL))["error"] == -201
        assert (await p.get(DETAIL, user_id=TU))["error"] == (-213 if followers_only else 0)
        await p.fake.follow(TU)
        await p.fake.submit_info(TU, "Nguyễn Văn Tư", PHONE, "12 Lê Lợi", "Huế")
        await p.post("/v2.0/oa/tag/tagfollower", {"user_id": TU, "tag_name": "to-5"})
        told = (await p.get(DETAIL, user_id=TU))["data"]
        shared = {"name": "Nguyễn Văn Tư", "phone": PHONE, "address": "12 Lê Lợi"}
        assert told["shared_info"] == shared | {"city": "Huế", "district": ""}
        assert told["tags_and_notes_info"] == {"notes": [], "tag_names": ["to-5"]}
        assert told["user_last_interaction_date"] == "20/11/2026"
        assert (told["user_is_follower"], told["is_sensitive"]) == (True, False)
        assert told["user_id_by_app"] != TU
        assert sorted(told["avatars"]) == ["120", "240"]
        await p.fake.unfollow(TU)
        assert (await p.get(DETAIL, user_id=TU))["error"] == (-213 if followers_only else 0)
        assert (await p.cs("chưa quan tâm cũng được"))["error"] == 0

    play(story, followers_only=followers_only)


def test_people_are_listed_by_pages() -> None:
    async def story(p: Program) -> None:
        await p.fake.sticker(HOA)
        page = (await p.get(LIST, offset=1, count=50))["data"]
        assert (page["total"], page["users"]) == (2, [{"user_id": HOA}])
        assert (await p.get(LIST, offset=0, count=51))["error"] == -210

    play(story)


@pytest.mark.parametrize("kind", [2, 4])
def test_the_account_tells_of_itself(kind: int) -> None:
    async def story(p: Program) -> None:
        await p.fake.follow(HOA)
        told = (await p.get("/v2.0/oa/getoa"))["data"]
        assert (told["oaid"], told["oa_type"], told["num_follower"]) == (OA, kind, 1)
        assert told["package_name"] == "growth"

    play(story, oa_type=kind)


def test_tags_are_put_on_and_taken_off() -> None:
    async def story(p: Program) -> None:
        def on(user: str, tag: str) -> Json:
            return {"user_id": user, "tag_name": tag}

        await p.fake.text(HOA, "chào")
        for given in (on(TU, "to-5"), on(TU, "to-5"), on(HOA, "to-5"), on(HOA, "cao-tuoi")):
            assert (await p.post("/v2.0/oa/tag/tagfollower", given))["error"] == 0
        assert (await p.get("/v2.0/oa/tag/gettagsofoa"))["data"] == ["cao-tuoi", "to-5"]
        told = (await p.get(DETAIL, user_id=TU))["data"]["tags_and_notes_info"]
        assert told["tag_names"] == ["to-5"]
        await p.post("/v2.0/oa/tag/rmfollowerfromtag", on(HOA, "cao-tuoi"))
        assert (await p.get("/v2.0/oa/tag/gettagsofoa"))["data"] == ["to-5"]
        await p.post("/v2.0/oa/tag/rmtag", {"tag_name": "to-5"})
        assert (await p.get("/v2.0/oa/tag/gettagsofoa"))["data"] == []
        assert (await p.post("/v2.0/oa/tag/tagfollower", on(TU, "")))["error"] == -201

    play(story)


def test_a_quota_is_asked_for_by_owner_or_by_person() -> None:
    async def story(p: Program) -> None:
        path = "/v3.0/oa/quota/message"
        assert (await p.post(path, {"user_id": TU}))["error"] == 0
        assert (await p.post(path, {"user_id": HOA}))["error"] == -201
        assert (await p.post(path, {"quota_owner": "me"}))["error"] == -201

    play(story)


# --- 9: packages and rates ----------------------------------------------------------------------


@pytest.mark.parametrize("package", ["standard", "basic"])
def test_small_packages_have_no_openapi(package: str) -> None:
    async def story(p: Program) -> None:
        assert (await p.cs("a"))["error"] == -224
        assert (await p.get("/v2.0/oa/getoa"))["error"] == -224
        assert (await p.post(BY_PHONE, sent(phone=PHONE)))["error"] == -201
        assert "access_token" in await p.renew(p.refresh)
        p.fake.options.package = "growth"
        p.token, _ = p.fake.grant()
        assert (await p.cs("a"))["error"] == 0

    play(story, package=package)


@pytest.mark.parametrize(("package", "limit"), [("growth", 100), ("comprehensive", 2000)])
def test_requests_a_minute_are_limited(package: str, limit: int) -> None:
    async def story(p: Program) -> None:
        assert (await p.cs("a"))["error"] == 0
        assert p.answer.headers["X-RateLimit-Limit"] == str(limit)
        assert p.answer.headers["X-RateLimit-Remain"] == str(limit - 1)
        p.clock.forward(seconds=30)
        for _ in range(limit - 1):
            p.fake._rate.spend(limit)
        for _ in range(2):
            assert (await p.cs("b"))["error"] == -32
            assert p.answer.headers["X-RateLimit-Remain"] == "0"
        p.clock.forward(seconds=30)
        assert (await p.cs("c"))["error"] == 0
        assert (await p.cs("d"))["error"] == -32
        assert [shown.text for shown in p.fake.seen(TU)] == ["a", "c"]

    play(story, package=package)
