"""What the fake Zalo Bot platform takes from a bot, and what it refuses (facts/zalo.md, 4.1)."""

from .zalo_bot import group, user
from .zalo_bot_contract import Stage, Written, collector, refusal
from .zalo_bot_samples import ANSWERS, shape
from .zalo_bot_world import milliseconds
from .zalo_faults import Json

SENDING: list[Written] = []
played = collector(SENDING)
TU, HOA, NAM = user(1), user(2), user(3)
GROUP = group(5)
URL = "https://anhhoa.example.vn/vneid-buoc-2.jpg"
VOICE = "https://anhhoa.example.vn/loi-chao.aac"
MENTION = "@Bot Phường An Hòa lịch học?"
STYLE: Json = {"start": 0, "len": 8, "st": ["b", "c_15a85f"]}
SENDS: dict[str, Json] = {
    "sendMessage": {"text": "chào"},
    "sendPhoto": {"photo": URL},
    "sendSticker": {"sticker": "0e078a2cb269eb37b278"},
    "sendVoice": {"voice_url": VOICE},
}


@played()
async def answers_look_as_published(at: Stage) -> None:
    await at.fake.text(TU, "chào")
    assert shape(await at.call("getMe")) == shape(ANSWERS["getMe"])
    for method, params in SENDS.items():
        told = await at.call(method, chat_id=TU, **params)
        assert shape(told) == shape(ANSWERS["send"])
        assert told["result"]["date"] == milliseconds(at.clock.now)
    assert await at.call("sendChatAction", chat_id=TU, action="typing") == {"ok": True}


@played()
async def what_was_sent_is_remembered(at: Stage) -> None:
    await at.fake.text(TU, "chào")
    for method, params in SENDS.items():
        await at.call(method, chat_id=TU, **params, caption="Bước 2")
    text, photo, sticker, voice = at.fake.seen(TU)
    assert (text.kind, text.text) == ("text", "chào")
    assert (photo.kind, photo.photo, photo.caption) == ("photo", URL, "Bước 2")
    assert (sticker.kind, sticker.sticker) == ("sticker", "0e078a2cb269eb37b278")
    assert (voice.kind, voice.voice_url, voice.delivered) == ("voice", VOICE, True)
    assert len({shown.message_id for shown in at.fake.seen(TU)}) == 4
    assert at.fake.seen(HOA) == []
    assert at.fake.called("sendSticker")[0]["chat_id"] == TU


@played()
async def formatting(at: Stage) -> None:
    await at.fake.text(TU, "chào")
    text = "Lịch học tối thứ Năm"
    both: Json = {"chat_id": TU, "text": text, "text_styles": [STYLE]}
    await at.call("sendMessage", **both)
    for mode in ("markdown", "html"):
        assert (await at.call("sendMessage", **both, parse_mode=mode))["ok"]
    styled, marked, html = at.fake.seen(TU)
    assert (styled.parse_mode, styled.styles) == (None, (STYLE,))
    assert (marked.parse_mode, marked.styles, html.parse_mode) == ("markdown", (), "html")


REFUSED: list[tuple[str, Json]] = [
    ("sendMessage", {"text": ""}),
    ("sendMessage", {"text": None}),
    ("sendMessage", {"text": "a" * 2001}),
    *(("sendMessage", {"text": "a", "parse_mode": mode}) for mode in ("HTML", "MarkdownV2")),
    *(
        ("sendMessage", {"text": "Lịch học", "text_styles": styles})
        for styles in ([STYLE | {"st": ["bold"]}], [STYLE | {"len": 9}], [{"len": 1}], 7, "x")
    ),
    *(("sendPhoto", {"photo": photo}) for photo in ("", "anh.jpg", "ftp://a/b.jpg", "https://")),
    ("sendPhoto", {"photo": URL, "caption": "a" * 2001}),
    ("sendSticker", {}),
    ("sendVoice", {"voice_url": "loi-chao.aac"}),
    *(("sendChatAction", {"action": action}) for action in ("", "upload_photo")),
]


@played()
async def parameters_are_refused(at: Stage) -> None:
    await at.fake.text(TU, "chào")
    for method, params in REFUSED:
        assert refusal(await at.call(method, chat_id=TU, **params)) == 400, (method, params)
    for method, params in SENDS.items():
        assert refusal(await at.call(method, **params)) == 400
    assert at.fake.seen(TU) == []


@played()
async def two_thousand_characters_are_not_too_many(at: Stage) -> None:
    await at.fake.text(TU, "chào")
    assert (await at.call("sendMessage", chat_id=TU, text="a" * 2000))["ok"]
    assert (await at.call("sendPhoto", chat_id=TU, photo=URL, caption="a" * 2000))["ok"]


@played({"text_units": "code_points"}, {"text_units": "utf16"})
async def characters_outside_the_plane(at: Stage) -> None:
    await at.fake.text(TU, "chào")
    wide = at.fake.options.text_units == "utf16"
    assert (await at.call("sendMessage", chat_id=TU, text="🌱" * 1000))["ok"]
    assert refusal(await at.call("sendMessage", chat_id=TU, text="🌱" * 1001)) == (
        400 if wide else None
    )


@played({"stranger": 400}, {"stranger": 403}, {"stranger": 404})
async def nobody_is_written_to_first(at: Stage) -> None:
    code = at.fake.options.stranger
    sends = SENDS | {"sendChatAction": {"action": "typing"}}
    codes = {refusal(await at.call(m, chat_id=TU, **params)) for m, params in sends.items()}
    assert (codes, at.status, at.fake.seen(TU)) == ({code}, code, [])
    await at.fake.text(TU, "chào")
    assert (await at.call("sendMessage", chat_id=TU, text="chào"))["ok"]
    at.fake.block(TU)
    assert refusal(await at.call("sendMessage", chat_id=TU, text="chào")) == code
    await at.fake.text(TU, MENTION, group=GROUP)
    assert refusal(await at.call("sendMessage", chat_id=TU, text="chào")) == code
    assert (await at.call("sendMessage", chat_id=GROUP, text="chào"))["ok"]


@played()
async def a_voice_for_a_group_goes_nowhere(at: Stage) -> None:
    await at.fake.text(TU, MENTION, group=GROUP)
    assert (await at.call("sendVoice", chat_id=GROUP, voice_url=VOICE))["ok"]
    assert [shown.delivered for shown in at.fake.seen(GROUP)] == [False]


@played()
async def typing_counts_for_nothing(at: Stage) -> None:
    await at.fake.text(TU, "chào")
    assert (await at.call("sendChatAction", chat_id=TU, action="typing"))["ok"]
    assert at.fake.counted == 1


@played({"monthly": 4, "count_inbound": True}, {"monthly": 2, "count_inbound": False})
async def over_quota(at: Stage) -> None:
    for _ in range(2):
        await at.fake.text(TU, "chào")
    codes = [refusal(await at.call("sendMessage", chat_id=TU, text="chào")) for _ in range(3)]
    assert codes == [None, None, 429]
    assert refusal(await at.call("sendPhoto", chat_id=TU, photo=URL)) == 429
    told = await at.call("sendMessage", chat_id=TU, text="chào")
    assert (told, at.status) == (ANSWERS["429"], 429)
    # 1 December begins in Vietnam while it is 30 November elsewhere
    at.clock.forward(days=10, hours=11, minutes=59)
    assert refusal(await at.call("sendMessage", chat_id=TU, text="chào")) == 429
    at.clock.forward(minutes=1)
    assert (await at.call("sendMessage", chat_id=TU, text="chào"))["ok"]


@played(
    {"max_users": 2, "over_users": "drop"},
    {"max_users": 2, "over_users": "deliver"},
)
async def one_user_too_many(at: Stage) -> None:
    await at.set_webhook()
    for who in (TU, HOA, NAM, TU):
        await at.fake.text(who, "chào")
    delivered = at.fake.options.over_users == "deliver"
    posted = [post.message_id for post in at.fake.posts if post.message_id]
    assert len(posted) == (4 if delivered else 3)
    assert (at.fake.dropped, at.fake.lost) == (0 if delivered else 1, 0)
    told = await at.call("sendMessage", chat_id=NAM, text="chào")
    assert refusal(told) == (429 if delivered else 400)
    assert (await at.call("sendMessage", chat_id=HOA, text="chào"))["ok"]


@played({"max_groups": 0}, {"max_groups": 1})
async def one_group_too_many(at: Stage) -> None:
    allowed = at.fake.options.max_groups
    assert (await at.call("getMe"))["result"]["can_join_groups"] == bool(allowed)
    await at.fake.text(TU, MENTION, group=GROUP)
    await at.fake.text(TU, MENTION, group=group(6))
    assert (at.fake.lost, at.fake.dropped) == (allowed, 2 - allowed)


@played()
async def the_plan_is_the_free_one(at: Stage) -> None:
    for number in range(100, 151):
        await at.fake.text(number, "chào")
    assert at.fake.dropped == 1
    for number in range(4):
        await at.fake.text(TU, MENTION, group=number)
    assert at.fake.dropped == 2
    assert at.fake.options.monthly == 3000
