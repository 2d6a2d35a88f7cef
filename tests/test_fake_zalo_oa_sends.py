"""The fake Official Account keeps to facts/zalo.md, 4.2: messages to people and groups."""

from typing import Any

import pytest

from tests.fakes.zalo_oa import Spent, Upload, group
from tests.fakes.zalo_oa_program import CS, HOA, OA, TU, Json, Program, play

GROUP = "/v3.0/oa/group/message"
PNG = b"\x89PNG\r\n\x1a\n"


# --- 3: messages to a person --------------------------------------------------------------------


def test_a_text_is_answered_as_in_the_facts_and_shown() -> None:
    async def story(p: Program) -> None:
        answer = await p.cs("Dạ", quote_message_id="e2")
        assert sorted(answer) == ["data", "error", "message"]
        assert sorted(answer["data"]) == ["message_id", "sent_time", "user_id"]
        assert answer["data"]["sent_time"] == "1795150800000"
        (shown,) = p.fake.seen(TU)
        assert (shown.kind, shown.text, shown.quote) == ("text", "Dạ", "e2")
        assert shown.message_id == answer["data"]["message_id"]
        assert p.fake.called("message/cs")[0]["recipient"] == {"user_id": TU}

    play(story)


@pytest.mark.parametrize(("units", "most"), [("utf16", 1000), ("code_points", 2000)])
def test_what_a_message_may_be(units: str, most: int) -> None:
    async def story(p: Program) -> None:
        assert (await p.cs("😀" * most))["error"] == 0
        assert (await p.cs("😀" * most + "x"))["error"] == -210
        assert (await p.cs(""))["error"] == -201
        assert (await p.cs("a", to=HOA))["error"] == -201
        for body in ({}, {"recipient": {"user_id": TU}}, {"recipient": {"user_id": 5}}):
            assert (await p.post(CS, body))["error"] == -201
        garbage = await p.client.post(CS, content=b"{", headers={"access_token": p.token})
        assert garbage.json()["error"] == -201
        assert len(p.fake.shown) == 1

    play(story, text_units=units)


@pytest.mark.parametrize("closed", [-230, -232])
def test_the_window_and_what_a_message_costs(closed: int) -> None:
    async def story(p: Program) -> None:
        p.clock.forward(hours=48)
        p.token, _ = p.fake.grant()
        assert (await p.cs("miễn phí"))["error"] == 0
        assert (p.fake.counted, p.fake.ledger) == (0, [])
        p.clock.forward(seconds=1)
        assert [(await p.cs(text))["error"] for text in "abc"] == [0, 0, 0]
        assert p.fake.counted == 2
        assert p.fake.ledger == [Spent("paid", TU, 55, p.clock())]
        p.clock.forward(days=5, seconds=-1)
        p.token, _ = p.fake.grant()
        assert (await p.cs("còn"))["error"] == 0
        p.clock.forward(seconds=1)
        assert (await p.cs("hết"))["error"] == closed
        await p.fake.text(TU, "em ơi")
        assert (await p.cs("dạ"))["error"] == 0
        assert len(p.fake.ledger) == 2

    play(story, consultations=2, closed_code=closed)


def test_the_package_begins_anew_with_the_month_in_vietnam() -> None:
    async def story(p: Program) -> None:
        p.clock.forward(days=8)
        await p.fake.text(TU, "chào")
        p.clock.forward(days=2, hours=11, minutes=59)  # 30 November, 23:59 over there
        p.token, _ = p.fake.grant()
        await p.cs("a")
        await p.cs("b")
        assert (p.fake.counted, len(p.fake.ledger)) == (1, 1)
        p.clock.forward(minutes=1)
        await p.cs("c")
        assert (p.fake.counted, len(p.fake.ledger)) == (1, 1)
        await p.cs("d")
        assert [spent.dong for spent in p.fake.ledger] == [60, 60]

    play(story, price=60, consultations=1)


@pytest.mark.parametrize("numbers", ["str", "int"])
def test_an_answer_may_tell_the_quota(numbers: str) -> None:
    def shape(value: int) -> Any:
        return str(value) if numbers == "str" else value

    async def story(p: Program) -> None:
        told = (await p.cs("a"))["data"]["quota"]
        assert told.pop("expired_date").isdigit()
        owner = {"owner_type": "OA", "owner_id": OA}
        eight = {"quota_type": "reply", "remain": shape(8), "total": shape(8)}
        assert told == eight | owner
        p.clock.forward(hours=49)
        p.token, _ = p.fake.grant()
        for kind in ("sub_quota", "purchase_quota"):
            told = (await p.cs("b"))["data"]["quota"]
            assert (told["quota_type"], told["remain"], told["total"]) == (kind, shape(0), shape(1))
        asked = {"quota_owner": "OA", "product_type": "cs"}
        (left,) = (await p.post("/v3.0/oa/quota/message", asked))["data"]
        assert (left["total"], left["remain"]) == (shape(1), shape(0))

    play(story, quota_object=True, numbers=numbers, consultations=1)


def media(kind: str, **element: str) -> Json:
    return {"template_type": "media", "elements": [{"media_type": kind} | element]}


def test_pictures_files_stickers_and_the_form() -> None:
    async def story(p: Program) -> None:
        picture = (await p.upload("image", "qr.png", PNG))["data"]["attachment_id"]
        moving = (await p.upload("gif", "a.gif", b"GIF89a"))["data"]["attachment_id"]
        paper = (await p.upload("file", "don.pdf", b"%PDF"))["data"]["token"]
        form = {"title": "UBND", "subtitle": "Xin số điện thoại", "image_url": "https://a.vn/b.png"}
        answers = [
            await p.attach(media("image", attachment_id=picture), text="Bước 2"),
            await p.attach(media("image", url="https://anhhoa.example.vn/2.jpg")),
            await p.attach(media("gif", attachment_id=moving)),
            await p.attach(media("sticker", attachment_id="46942")),
            await p.attach({"token": paper}, "file"),
            await p.attach({"template_type": "request_user_info", "elements": [form]}),
        ]
        assert [answer["error"] for answer in answers] == [0] * 6
        seen = [(s.kind, s.file, s.url, s.filename, s.text) for s in p.fake.seen(TU)]
        assert seen == [
            ("image", PNG, "", "qr.png", "Bước 2"),
            ("image", None, "https://anhhoa.example.vn/2.jpg", "", ""),
            ("gif", b"GIF89a", "", "a.gif", ""),
            ("sticker", None, "46942", "", ""),
            ("file", b"%PDF", "", "don.pdf", ""),
            ("request_user_info", None, "", "", "UBND\nXin số điện thoại"),
        ]
        assert p.fake.called("upload/file") == [{"file": Upload("don.pdf", b"%PDF")}]

    play(story)


def test_attachments_that_are_refused() -> None:
    async def story(p: Program) -> None:
        picture = (await p.upload("image", "qr.png", PNG))["data"]["attachment_id"]
        refused = [
            (media("image", attachment_id="none"), -100),
            (media("gif", attachment_id=picture), -100),
            (media("image", url="/2.jpg"), -201),
            (media("video", url="https://a.vn/b"), -201),
            ({"template_type": "media", "elements": []}, -201),
            ({"template_type": "card"}, -233),
            (BUTTONS, -233),
        ]
        for payload, code in refused:
            assert (await p.attach(payload))["error"] == code
        assert (await p.attach({"token": picture}, "file"))["error"] == -100
        p.clock.forward(seconds=59)
        assert (await p.attach(media("image", attachment_id=picture)))["error"] == 0
        p.clock.forward(seconds=1)
        assert (await p.attach(media("image", attachment_id=picture)))["error"] == -100
        assert len(p.fake.shown) == 1

    play(story, attachment_life=60)


BUTTONS: Json = {
    "template_type": "list",
    "elements": [{"title": "Bác cần gì?", "subtitle": "Chọn", "image_url": "https://a.vn/b.png"}],
    "buttons": [
        {"title": "Cài VNeID", "type": "oa.query.hide", "payload": "#vneid"},
        {"title": "Trang phường", "type": "oa.open.url", "payload": {"url": "https://a.vn"}},
        {"title": "Gọi", "type": "oa.open.phone", "payload": {"phone_code": "84912345678"}},
    ],
}


def test_lists_with_buttons_when_they_are_accepted() -> None:
    async def story(p: Program) -> None:
        assert (await p.attach(BUTTONS))["error"] == 0
        (shown,) = p.fake.seen(TU)
        assert (shown.kind, shown.text) == ("list", "Bác cần gì?\nChọn")
        assert shown.buttons == (("Cài VNeID", "#vneid"), ("Trang phường", ""), ("Gọi", ""))
        await p.fake.press(TU, "Cài VNeID")
        with pytest.raises(AssertionError, match="no button 'Gọi'"):
            await p.fake.press(TU, "Gọi")
        hidden = BUTTONS["buttons"][0]
        for wrong in ({"payload": {"url": "x"}}, {"payload": ""}, {"type": "oa.open.url"}):
            refused = await p.attach(BUTTONS | {"buttons": [hidden | wrong]})
            assert refused["error"] == -201
        assert (await p.attach(BUTTONS | {"buttons": [hidden] * 6}))["error"] == -210

    play(story, buttons="accept")


# --- 4, 5: groups, the old API ------------------------------------------------------------------


def test_groups_are_those_the_oa_is_in() -> None:
    async def story(p: Program) -> None:
        async def send(name: str, **message: Any) -> Any:
            body = {"recipient": {"group_id": name}, "message": {"text": "Tối nay"} | message}
            return (await p.post(GROUP, body))["error"]

        assert await send(group(1)) == -403
        await p.fake.group_text(group(1), TU, "mấy giờ học?")
        assert await send(group(1)) == 0
        assert [shown.text for shown in p.fake.seen_group(group(1))] == ["Tối nay"]
        picture = (await p.upload("image", "qr.png", PNG))["data"]["attachment_id"]
        image = {"type": "template", "payload": media("image", attachment_id=picture)}
        assert await send(group(1), attachment=image) == 0
        form = {"template_type": "request_user_info", "elements": [{"title": "a"}]}
        for payload in (BUTTONS, form):
            assert await send(group(1), attachment={"type": "template", "payload": payload}) == -233
        p.fake.group(group(2)).expired = True
        assert await send(group(2)) == -237
        listed = await p.client.get(
            "/v3.0/oa/group/getgroupsofoa?offset=0&count=20", headers={"access_token": p.token}
        )
        assert [found["group_id"] for found in listed.json()["data"]["groups"]] == [group(1)]
        p.fake.group(group(1)).member = False
        assert await send(group(1)) == -403

    play(story, buttons="accept")


def test_the_old_way_of_sending_is_shut_down() -> None:
    async def story(p: Program) -> None:
        assert (await p.post("/v2.0/oa/message", {}))["error"] == -240
        assert (await p.post("/v3.0/oa/nothing", {}))["error"] == -201
        assert p.answer.status_code == 404
        assert (await p.get(CS))["error"] == -201

    play(story)
