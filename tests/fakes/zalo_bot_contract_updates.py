"""How messages reach a bot from the fake Zalo Bot platform, and how they are lost (4.1)."""

import asyncio
import json

import httpx

from .zalo_bot import group, user
from .zalo_bot_contract import SECRET, Stage, Written, collector, refusal
from .zalo_bot_samples import ANSWERS, EVENTS, shape
from .zalo_faults import Json

LISTENING: list[Written] = []
played = collector(LISTENING)
TU, HOA, GROUP = user(1), user(2), group(5)
MENTION = "@Bot Phường An Hòa lịch học tuần này?"


def posted(at: Stage) -> list[Json]:
    """The events the webhook got, however wrapped."""
    bodies = [json.loads(body) for _, body in at.hook.got if body]
    return [body.get("result", body) for body in bodies]


async def opened(at: Stage, **params: object) -> "asyncio.Task[Json]":
    """A poll that is waiting."""
    known = len(at.fake.called("getUpdates"))
    poll = asyncio.create_task(at.call("getUpdates", **params))
    await at.fake.until(lambda: len(at.fake.called("getUpdates")) > known)
    return poll


# --- polling ------------------------------------------------------------------------------------


@played()
async def a_poll_is_answered_with_one_object(at: Stage) -> None:
    poll = await opened(at, timeout="30", offset=7)
    assert at.fake.polling
    first = await at.fake.text(TU, "chào bot")
    await at.fake.text(TU, "có ai không")
    told = await poll
    assert shape(told) == {"ok": "bool", "result": shape(EVENTS["text"])}
    assert told["result"]["message"]["message_id"] == first
    assert (at.fake.lost, at.fake.polling) == (1, False)


@played()
async def a_poll_ends_by_the_clock(at: Stage) -> None:
    poll, by_default = await opened(at, timeout="20"), None
    await at.passes(seconds=19)
    assert at.fake.polling
    await at.passes(seconds=1)
    assert (await poll, at.status) == (ANSWERS["408"], 408)
    by_default = await opened(at)
    await at.passes(seconds=29)
    assert at.fake.polling
    await at.passes(seconds=1)
    assert refusal(await by_default) == 408
    assert refusal(await at.call("getUpdates", timeout=0)) == 408
    assert refusal(await at.call("getUpdates", timeout="lâu")) == 400


@played()
async def a_poll_ends_when_told(at: Stage) -> None:
    poll = await opened(at)
    at.fake.end_poll()
    assert refusal(await poll) == 408


@played({"second_poll": "conflict"}, {"second_poll": "both"})
async def a_second_poll(at: Stage) -> None:
    older = await opened(at)
    newer = await opened(at)
    if at.fake.options.second_poll == "conflict":
        assert refusal(await older) == 409
    else:
        await at.fake.text(TU, "một")
        assert (await older)["result"]["message"]["text"] == "một"
    await at.fake.text(TU, "hai")
    assert (await newer)["result"]["message"]["text"] == "hai"


@played({"buffer": "none"}, {"buffer": "short"})
async def what_no_poll_is_open_for(at: Stage) -> None:
    for text in ("một", "hai", "ba"):
        await at.fake.text(TU, text)
    if at.fake.options.buffer == "short":
        kept = [await at.call("getUpdates") for _ in range(2)]
        assert [told["result"]["message"]["text"] for told in kept] == ["một", "hai"]
        await at.passes(seconds=59)
        assert at.fake.lost == 0
        await at.passes(seconds=1)
        assert at.fake.lost == 1
    else:
        assert at.fake.lost == 3
    assert refusal(await at.call("getUpdates", timeout=0)) == 408


@played()
async def a_client_which_left_gets_nothing(at: Stage) -> None:
    poll = await opened(at)
    poll.cancel()
    while at.fake.polling:
        await at.call("getMe")
    await at.fake.text(TU, "chào")
    assert at.fake.lost == 1


@played()
async def a_webhook_and_polls_exclude_each_other(at: Stage) -> None:
    poll = await opened(at)
    await at.set_webhook()
    assert refusal(await poll) == 400
    assert refusal(await at.call("getUpdates")) == 400
    await at.call("deleteWebhook")
    assert refusal(await at.call("getUpdates", timeout=0)) == 408


# --- what is posted to a webhook ----------------------------------------------------------------


@played()
async def who_posts(at: Stage) -> None:
    await at.set_webhook()
    await at.fake.text(TU, "chào")
    for headers, _ in at.hook.got:
        assert headers["x-bot-api-secret-token"] == SECRET
        assert headers["user-agent"] == "Java/1.8.0_192"
        assert headers["content-type"] == "application/json"
    assert [(post.status, post.taken) for post in at.fake.posts] == [(200, True)] * 2


@played({"body": "wrapped"}, {"body": "bare"})
async def how_it_is_wrapped(at: Stage) -> None:
    await at.set_webhook()
    await at.fake.text(TU, "2")
    bare = EVENTS["text"]
    wrapped = {"ok": True, "result": bare}
    expected = wrapped if at.fake.options.body == "wrapped" else bare
    assert shape(json.loads(at.hook.got[-1][1])) == shape(expected)


@played({"image_field": "photo"}, {"image_field": "photo_url"})
async def every_event(at: Stage) -> None:
    await at.set_webhook()
    await at.fake.text(TU, "2", name="Bác Tư")
    await at.fake.image(TU, "nó báo lỗi này")
    await at.fake.sticker(TU)
    await at.fake.voice(TU)
    await at.fake.unsupported(TU)
    await at.fake.text(HOA, MENTION, group=GROUP)
    kinds = ["text", at.fake.options.image_field, "sticker", "voice", "unsupported", "group"]
    events = posted(at)
    assert [shape(event) for event in events] == [shape(EVENTS[kind]) for kind in kinds]
    names = [event["event_name"] for event in events]
    assert names == [EVENTS[kind]["event_name"] for kind in kinds]
    said, heard = events[0]["message"], events[-1]["message"]
    assert (said["from"]["id"], said["chat"]) == (TU, {"id": TU, "chat_type": "PRIVATE"})
    assert (heard["from"]["id"], heard["chat"]) == (HOA, {"id": GROUP, "chat_type": "GROUP"})
    assert said["from"]["display_name"] == "Bác Tư"
    await at.fake.image(TU)
    assert "caption" not in posted(at)[-1]["message"]


@played()
async def a_group_talks_to_itself(at: Stage) -> None:
    await at.set_webhook()
    await at.fake.text(TU, "ăn cơm chưa", group=GROUP)
    await at.fake.image(TU, "ảnh nhà tôi", group=GROUP)
    await at.fake.sticker(TU, group=GROUP)
    await at.fake.voice(TU, group=GROUP)
    await at.fake.unsupported(TU, group=GROUP)
    assert (posted(at), at.fake.dropped, at.fake.lost) == ([], 5, 0)
    await at.fake.text(TU, "vâng", group=GROUP, reply=True)
    await at.fake.image(TU, MENTION, group=GROUP)
    await at.fake.sticker(TU, group=GROUP, reply=True)
    await at.fake.voice(TU, group=GROUP, reply=True)
    await at.fake.unsupported(TU, group=GROUP, reply=True)
    assert len(posted(at)) == 5


@played({"repeat": 1}, {"repeat": 2})
async def the_same_again(at: Stage) -> None:
    await at.set_webhook()
    message_id = await at.fake.text(TU, "chào")
    got = [event["message"]["message_id"] for event in posted(at)]
    assert got == [message_id] * at.fake.options.repeat


@played({"retries": ()}, {"retries": (30, 300)})
async def what_the_webhook_does_not_take(at: Stage) -> None:
    await at.set_webhook()
    at.hook.status = 503
    await at.fake.text(TU, "chào")
    retries = at.fake.options.retries
    assert (len(posted(at)), at.fake.lost) == (1, 0 if retries else 1)
    for seconds in retries:
        await at.passes(seconds=seconds - 1)
        tried = len(posted(at))
        await at.passes(seconds=1)
        assert len(posted(at)) == tried + 1
    assert (at.fake.posts[-1].status, at.fake.lost) == (503, 1)
    await at.passes(days=1)
    assert len(posted(at)) == 1 + len(retries)


@played({"retries": (30,)})
async def a_retry_is_taken(at: Stage) -> None:
    await at.set_webhook()
    at.hook.status = 503
    message_id = await at.fake.text(TU, "chào")
    at.hook.status = 200
    await at.passes(seconds=30)
    assert [event["message"]["message_id"] for event in posted(at)] == [message_id] * 2
    assert at.fake.lost == 0


# --- pictures and voices ------------------------------------------------------------------------


@played({"media_life": 60}, {"media_life": 3600})
async def media_are_there_for_a_while(at: Stage) -> None:
    await at.set_webhook()
    await at.fake.image(TU)
    await at.fake.voice(TU)
    await at.fake.sticker(TU)
    image, voice, sticker = [event["message"] for event in posted(at)]
    links = [image["photo"], voice["voice_url"], sticker["url"]]
    life = at.fake.options.media_life
    at.clock.forward(seconds=life - 1)
    found = [await at.http.get(link) for link in links]
    kinds = [answer.headers["content-type"] for answer in found]
    assert kinds == ["image/jpeg", "audio/aac", "image/png"]
    assert all(answer.content for answer in found)
    at.clock.forward(seconds=1)
    gone: list[httpx.Response] = [await at.http.get(link) for link in links]
    assert [answer.status_code for answer in gone] == [404] * 3
