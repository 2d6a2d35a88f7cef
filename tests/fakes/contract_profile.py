"""Scenarios of the contract about who is who: the bot, its profile, the chats it knows."""

import pytest

from .clients import Client
from .contract import GROUP, LAN, Scenario, collecting, refusal
from .telegram import FakeTelegram

PROFILE: list[Scenario] = []
scenario = collecting(PROFILE)


@scenario
async def get_me(fake: FakeTelegram, client: Client) -> None:
    me = await client.bot.get_me()
    assert (me.id, me.is_bot, me.username) == (424242, True, "to_so_bot")


@scenario
async def wrong_token(fake: FakeTelegram, client: Client) -> None:
    stranger = type(client)(client.base, "1:wrong")
    with pytest.raises(client.errors.unauthorized, match="Unauthorized"):
        await stranger.bot.get_me()
    await stranger.close()
    assert fake.calls == []


@scenario
async def chats(fake: FakeTelegram, client: Client) -> None:
    await fake.text(LAN, "chào", first_name="Lan Anh")
    await fake.joins_group(GROUP)
    await fake.group_text(GROUP, 8, "chào cả nhà")
    assert (await client.bot.get_chat(LAN)).first_name == "Lan Anh"
    assert (await client.bot.get_chat(GROUP)).type == "group"
    assert await client.bot.send_chat_action(LAN, "typing")
    with refusal(client, "chat not found"):
        await client.bot.send_message(404, "có ai không?")
    with pytest.raises(client.errors.forbidden, match="can't initiate conversation"):
        await client.bot.send_message(8, "chào")
    await client.bot.leave_chat(GROUP)
    with pytest.raises(client.errors.forbidden, match="not a member of the group chat"):
        await client.bot.send_message(GROUP, "chào")


@scenario
async def profile(fake: FakeTelegram, client: Client) -> None:
    await client.bot.set_my_commands([client.command("start", "Bắt đầu")])
    await client.bot.set_my_commands([client.command("huy", "Huỷ")], language_code="vi")
    assert [c.command for c in await client.bot.get_my_commands()] == ["start"]
    assert [c.command for c in await client.bot.get_my_commands(language_code="vi")] == ["huy"]
    await client.bot.delete_my_commands()
    assert list(await client.bot.get_my_commands()) == []
    with refusal(client, "BOT_COMMAND_INVALID"):
        await client.bot.set_my_commands([client.command("Bắt đầu", "Bắt đầu")])
    await client.bot.set_my_description("Trợ lý của phường")
    await client.bot.set_my_short_description("Trợ lý")
    assert (await client.bot.get_my_description()).description == "Trợ lý của phường"
