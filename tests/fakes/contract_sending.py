"""Scenarios of the contract in which the bot speaks."""

import asyncio
from typing import Any

import pytest

from .clients import Client
from .contract import EMOJI, LAN, Scenario, collecting, refusal
from .telegram import FakeTelegram, Shown, Upload

SENDING: list[Scenario] = []
scenario = collecting(SENDING)

# --- sending ------------------------------------------------------------------------------------


@scenario
async def text_with_buttons(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    keyboard = client.keyboard([("Có", "y"), ("Không", "n")])
    sent = await client.bot.send_message(LAN, "Chị có con nhỏ không?", reply_markup=keyboard)
    buttons = (("Có", "y"), ("Không", "n"))
    assert fake.seen(LAN) == [Shown(sent.message_id, "Chị có con nhỏ không?", buttons, "text")]
    rows = [[{"text": text, "callback_data": data}] for text, data in buttons]
    asked = {"chat_id": LAN, "text": "Chị có con nhỏ không?"}
    markup = {"reply_markup": {"inline_keyboard": rows}}
    assert fake.calls == [("sendMessage", asked | markup)]
    assert sent.reply_markup.inline_keyboard[1][0].callback_data == "n"


@scenario
async def html(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    source = f" {EMOJI}<b>Tờ khai &amp; <i>bản sao</i></b> "
    sent = await client.bot.send_message(LAN, source, parse_mode="HTML")
    assert fake.seen(LAN)[0].text == f"{EMOJI}Tờ khai & bản sao"
    spans = [(e.type, e.offset, e.length) for e in sent.entities]
    assert spans == [("bold", 2, 17), ("italic", 12, 7)]
    for broken, words in {
        "<p>a</p>": 'Unsupported start tag "p" at byte offset 0',
        "ạ <b>a": 'Can\'t find end tag corresponding to start tag "b"',
        "ạ <b>a</i>": 'Unmatched end tag at byte offset 8, expected "</b>", found "</i>"',
        "a</b>": "Unexpected end tag at byte offset 1",
        "a < b": 'Unsupported start tag "" at byte offset 2',
        "a <b": "Unclosed start tag at byte offset 2",
    }.items():
        with refusal(client, words):
            await client.bot.send_message(LAN, broken, parse_mode="HTML")


@scenario
async def lengths(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    await client.bot.send_message(LAN, "ạ" * 4096)
    await client.bot.send_message(LAN, EMOJI * 2048)
    await client.bot.send_message(LAN, "<b>" + "a" * 4096 + "</b>", parse_mode="HTML")
    for long in ["ạ" * 4097, EMOJI * 2048 + "a"]:
        with refusal(client, "message is too long"):
            await client.bot.send_message(LAN, long)
    with refusal(client, "message text is empty"):
        await client.bot.send_message(LAN, "")
    with refusal(client, "text must be non-empty"):
        await client.bot.send_message(LAN, " \n ")
    assert len(fake.seen(LAN)) == 3


@scenario
async def buttons(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    await client.bot.send_message(LAN, "?", reply_markup=client.keyboard([("Có", "a" * 64)]))
    for button, words in {
        ("Có", "a" * 65): "BUTTON_DATA_INVALID",
        ("Có", "ạ" * 22): "BUTTON_DATA_INVALID",
        ("Có", ""): "Text buttons are unallowed in the inline keyboard",
        (" ", "y"): "inline keyboard button text must be non-empty",
    }.items():
        with refusal(client, words):
            await client.bot.send_message(LAN, "?", reply_markup=client.keyboard([button]))
    assert len(fake.seen(LAN)) == 1


@scenario
async def files(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    data = bytes(range(256)) + b"\r\n--\r\n"
    document = client.upload("tờ khai.pdf", data)
    sent = await client.bot.send_document(LAN, document, caption="Tờ khai")
    await client.bot.send_photo(LAN, client.upload("qr.png", data[::-1]))
    await client.bot.send_document(LAN, sent.document.file_id)
    assert [(s.kind, s.file, s.caption, s.filename) for s in fake.seen(LAN)] == [
        ("document", data, "Tờ khai", "tờ khai.pdf"),
        ("photo", data[::-1], None, "qr.png"),
        ("document", data, None, "tờ khai.pdf"),
    ]
    assert sent.document.mime_type == "application/pdf"
    assert fake.called("sendDocument")[0]["document"] == Upload("tờ khai.pdf", data)
    with refusal(client, "message caption is too long"):
        await client.bot.send_document(LAN, document, caption="ạ" * 1025)
    with refusal(client, "wrong file identifier"):
        await client.bot.send_photo(LAN, "never-sent")


# --- changing what was sent ---------------------------------------------------------------------


@scenario
async def editing(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    keyboard = client.keyboard([("Có", "y")])
    sent = await client.bot.send_message(LAN, "Một", reply_markup=keyboard)
    place = {"chat_id": LAN, "message_id": sent.message_id}
    with refusal(client, "message is not modified"):
        await client.bot.edit_message_text("Một", **place, reply_markup=keyboard)
    await client.bot.edit_message_text("Hai", **place, reply_markup=keyboard)
    assert fake.seen(LAN) == [Shown(sent.message_id, "Hai", (("Có", "y"),), "text")]
    await client.bot.edit_message_reply_markup(**place)
    assert fake.seen(LAN)[0].buttons == ()
    with refusal(client, "message is not modified"):
        await client.bot.edit_message_reply_markup(**place)


@scenario
async def editing_what_cannot_be(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    sent = await client.bot.send_photo(LAN, client.upload("qr.png", b"qr"))
    for message_id, words in {
        sent.message_id: "there is no text in the message to edit",
        sent.message_id - 1: "message can't be edited",
        sent.message_id + 1: "message to edit not found",
    }.items():
        with refusal(client, words):
            await client.bot.edit_message_text("Hai", chat_id=LAN, message_id=message_id)


@scenario
async def deleting(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    sent = await client.bot.send_message(LAN, "Một")
    await client.bot.delete_message(LAN, sent.message_id)
    assert fake.seen(LAN) == []
    with refusal(client, "message to delete not found"):
        await client.bot.delete_message(LAN, sent.message_id)


# --- when sending fails -------------------------------------------------------------------------


@scenario
async def blocked(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    await fake.block(LAN)
    with pytest.raises(client.errors.forbidden, match="bot was blocked by the user"):
        await client.bot.send_message(LAN, "Chị ơi")
    await fake.unblock(LAN)
    await client.bot.send_message(LAN, "Chị ơi")
    assert [shown.text for shown in fake.seen(LAN)] == ["Chị ơi"]


@scenario
async def too_many_requests(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    await fake.text(8, "/start")
    fake.fail("sendMessage", retry_after=17, times=2, chat_id=LAN)
    await client.bot.send_message(8, "Anh ơi")
    for _ in range(2):
        with pytest.raises(client.errors.retry_after) as refused:
            await client.bot.send_message(LAN, "Chị ơi")
        flood: Any = refused.value
        assert flood.retry_after == 17
    await client.bot.send_message(LAN, "Chị ơi")
    assert len(fake.seen(LAN)) == 1


@scenario
async def other_failures(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    fake.fail("sendmessage", status=403, description="Forbidden: user is deactivated")
    with pytest.raises(client.errors.forbidden, match="user is deactivated"):
        await client.bot.send_message(LAN, "Chị ơi")
    fake.garble("sendMessage")
    with pytest.raises(client.errors.garbled):
        await client.bot.send_message(LAN, "Một")
    fake.cut("sendMessage")
    with pytest.raises(client.errors.network):
        await client.bot.send_message(LAN, "Hai")
    fake.cut("sendMessage", after_accepting=True)
    with pytest.raises(client.errors.network):
        await client.bot.send_message(LAN, "Ba")
    assert [shown.text for shown in fake.seen(LAN)] == ["Một", "Ba"]


@scenario
async def slow_answer(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    fake.slow("sendMessage", answered := asyncio.Event())
    sending = asyncio.create_task(client.bot.send_message(LAN, "Chị ơi"))
    await fake.until(lambda: fake.called("sendMessage"))
    assert len(fake.seen(LAN)) == 1
    await client.bot.get_me()
    assert not sending.done()
    answered.set()
    assert (await sending).message_id == fake.seen(LAN)[0].message_id
