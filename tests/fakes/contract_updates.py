"""Scenarios of the contract in which the bot listens: by polling, and by its webhook."""

import asyncio

import pytest

from .clients import Client, Heard, heard
from .contract import GROUP, LAN, Receiver, Scenario, collecting, poll, refusal
from .serving import serve
from .telegram import FakeTelegram

LISTENING: list[Scenario] = []
scenario = collecting(LISTENING)

# --- polling ------------------------------------------------------------------------------------


@scenario
async def polling_acknowledges(fake: FakeTelegram, client: Client) -> None:
    first = await fake.text(LAN, "một", first_name="Lan Anh")
    second = await fake.text(LAN, "hai")
    assert second == first + 1
    assert await poll(client, limit=1) == [Heard(first, "text", "một", "Lan Anh")]
    assert [h.words for h in await poll(client)] == ["một", "hai"]
    assert [h.words for h in await poll(client, offset=-1)] == ["hai"]
    assert fake.pending == [second]
    assert await poll(client, offset=second + 1) == []
    assert await poll(client) == [] == fake.pending


@scenario
async def long_poll_wakes(fake: FakeTelegram, client: Client) -> None:
    waiting = asyncio.create_task(poll(client, timeout=50))
    await fake.until(lambda: fake.polling)
    assert not waiting.done()
    update_id = await fake.text(LAN, "chào")
    assert [h.update_id for h in await waiting] == [update_id]


@scenario
async def long_poll_ends(fake: FakeTelegram, client: Client) -> None:
    waiting = asyncio.create_task(poll(client, timeout=50))
    await fake.until(lambda: fake.polling)
    fake.end_poll()
    assert await waiting == []
    leaving = asyncio.create_task(poll(client, timeout=50))
    await fake.until(lambda: fake.polling)
    leaving.cancel()
    while fake.polling:
        await client.bot.get_me()


@scenario
async def rival_poll(fake: FakeTelegram, client: Client) -> None:
    waiting = asyncio.create_task(poll(client, timeout=50))
    await fake.until(lambda: fake.polling)
    rival = asyncio.create_task(poll(client, timeout=50))
    with pytest.raises(client.errors.conflict, match="terminated by other getUpdates request"):
        await waiting
    await client.bot.set_webhook("http://127.0.0.1:1/")
    with pytest.raises(client.errors.conflict, match="terminated by setWebhook request"):
        await rival


@scenario
async def every_kind_of_update(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start p-42")
    await fake.edited(LAN, "/start")
    for act in [fake.photo, fake.sticker, fake.voice, fake.location, fake.contact]:
        await act(LAN)
    await fake.block(LAN)
    await fake.joins_group(GROUP, user_id=LAN)
    await fake.group_text(GROUP, LAN, "chào cả nhà")
    assert [(h.kind, h.words) for h in await poll(client)] == [
        ("text", "/start p-42"),
        ("edited text", "/start"),
        *((kind, "") for kind in ["photo", "sticker", "voice", "location", "contact"]),
        ("membership", "member→kicked"),
        ("membership", "left→member"),
        ("text", "chào cả nhà"),
    ]


@scenario
async def chosen_updates(fake: FakeTelegram, client: Client) -> None:
    assert await poll(client, allowed_updates=["my_chat_member"]) == []
    await fake.text(LAN, "một")
    await fake.block(LAN)
    assert [h.kind for h in await poll(client)] == ["membership"]


@scenario
async def own_loop(fake: FakeTelegram, client: Client) -> None:
    async def conversation() -> None:
        await fake.text(LAN, "một")
        await fake.text(LAN, "hai")
        await fake.until(lambda: len(fake.seen(LAN)) == 2 and not fake.pending)

    await client.echo(conversation)
    assert sorted(shown.text for shown in fake.seen(LAN)) == ["hai", "một"]


# --- buttons ------------------------------------------------------------------------------------


@scenario
async def pressing(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    for data in ["old", "new"]:
        await client.bot.send_message(LAN, "?", reply_markup=client.keyboard([("Có", data)]))
    with pytest.raises(AssertionError, match=r"no button 'Không'.*'Có', 'Có'"):
        await fake.press(LAN, "Không")
    pressed = await fake.press(LAN, "Có")
    [query] = await poll(client, offset=pressed)
    assert (query.kind, query.words) == ("press", "new")
    assert fake.unanswered == [query.query_id]
    await client.bot.answer_callback_query(query.query_id, text="Đã ghi")
    assert fake.unanswered == []
    with refusal(client, "query is too old and response timeout expired or query ID is invalid"):
        await client.bot.answer_callback_query("1")
    fake.expire_queries()
    with refusal(client, "query is too old"):
        await client.bot.answer_callback_query(query.query_id)


@scenario
async def forged_press(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "/start")
    sent = await client.bot.send_message(LAN, "?", reply_markup=client.keyboard([("Có", "y")]))
    first = await fake.press_data(LAN, "forged")
    await fake.press_data(LAN, "stale", message_id=999)
    updates = await client.bot.get_updates(offset=first)
    assert [heard(update).words for update in updates] == ["forged", "stale"]
    under = [update.callback_query.message for update in updates]
    assert [message.message_id for message in under] == [sent.message_id, 999]


# --- webhooks -----------------------------------------------------------------------------------


@scenario
async def webhook(fake: FakeTelegram, client: Client) -> None:
    receiver = Receiver()
    async with serve(receiver) as base:
        await client.bot.set_webhook(f"{base}/tg", secret_token="bí-mật".encode().hex())
        update_id = await fake.text(LAN, "chào")
        info = await client.bot.get_webhook_info()
        with pytest.raises(client.errors.conflict, match="while webhook is active"):
            await poll(client)
        await client.bot.delete_webhook()
    assert (info.url, info.pending_update_count) == (f"{base}/tg", 0)
    assert receiver.secrets == ["bí-mật".encode().hex()]
    assert [heard(client.read(u)).update_id for u in receiver.updates] == [update_id]
    assert await poll(client) == []


@scenario
async def webhook_settings(fake: FakeTelegram, client: Client) -> None:
    for secret, words in {
        "bí mật": "contains unallowed characters",
        "a" * 257: "is too long",
    }.items():
        with refusal(client, f"secret token {words}"):
            await client.bot.set_webhook("http://127.0.0.1:1/", secret_token=secret)
    with refusal(client, "invalid webhook URL"):
        await client.bot.set_webhook("ftp://127.0.0.1/")
    await fake.text(LAN, "một")
    await client.bot.set_webhook("http://127.0.0.1:1/", drop_pending_updates=True)
    assert fake.pending == []
    await fake.text(LAN, "hai")
    info = await client.bot.get_webhook_info()
    assert info.pending_update_count == 1
    assert info.last_error_message
    await client.bot.delete_webhook()
    assert [h.words for h in await poll(client)] == ["hai"]


@scenario
async def redelivery(fake: FakeTelegram, client: Client) -> None:
    receiver = Receiver(statuses=(500, 500))
    async with serve(receiver) as base:
        await client.bot.set_webhook(base)
        first = await fake.text(LAN, "một")
        second = await fake.text(LAN, "hai")
        assert fake.pending == [first, second]
        info = await client.bot.get_webhook_info()
        assert "500 Internal Server Error" in info.last_error_message
        await fake.redeliver()
    assert fake.pending == []
    assert [(p.update_id, p.status) for p in fake.posts] == [
        *((first, 500), (first, 500), (first, 200), (second, 200))
    ]


@scenario
async def duplicates(fake: FakeTelegram, client: Client) -> None:
    receiver, fake.repeat = Receiver(), 3
    async with serve(receiver) as base:
        await client.bot.set_webhook(base)
        first, second = await fake.text(LAN, "một"), await fake.text(LAN, "hai")
    posted = [update["update_id"] for update in receiver.updates]
    assert posted == [first] * 3 + [second] * 3
    assert fake.pending == []


@scenario
async def webhook_answers(fake: FakeTelegram, client: Client) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Có", "callback_data": "y"}]]}
    answer = {"chat_id": LAN, "text": "Chào chị", "reply_markup": keyboard}
    async with serve(Receiver({"method": "sendMessage"} | answer)) as base:
        await client.bot.set_webhook(base)
        await fake.text(LAN, "chào")
    assert fake.calls[-1] == ("sendMessage", answer)
    assert fake.seen(LAN)[0].buttons == (("Có", "y"),)
    async with serve(Receiver({"method": "deleteWebhook"})) as base:
        await client.bot.set_webhook(base)
        await fake.text(LAN, "chào")
    assert (await client.bot.get_webhook_info()).url == base
