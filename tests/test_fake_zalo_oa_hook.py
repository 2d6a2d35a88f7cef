"""The fake Official Account keeps to facts/zalo.md, 4.2: what its events look like and open."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.fakes.zalo_oa import FakeZaloOA, group
from tests.fakes.zalo_oa_program import APP, OA, OA_SECRET, TU, Hook, Program, play_hooked
from tests.fakes.zalo_oa_wire import signature

# --- the signature ------------------------------------------------------------------------------


def test_the_signature_of_the_facts() -> None:
    body = (
        '{"event_name":"user_send_text","app_id":"4012345678901234567",'
        '"sender":{"id":"5510185758261900001"},"recipient":{"id":"1646843870823900002"},'
        '"message":{"text":"chào phường","msg_id":"e2a641af66617130001a"},'
        '"timestamp":"1795132839659"}'
    ).encode()
    expected = "269c28a58681017a0027aa11634f459953bfc8d6fffeb2a7a7b7ae735f65a93d"
    assert signature(APP, body, "1795132839659", "OASecretInvented01") == expected
    changed = body.replace(b"1a", b"1b")
    assert signature(APP, changed, "1795132839659", "OASecretInvented01") != expected


@pytest.mark.parametrize("prefix", ["", "mac="])
@pytest.mark.parametrize("upper", [False, True])
def test_events_are_signed_over_the_very_bytes(prefix: str, upper: bool) -> None:
    async def story(p: Program, hook: Hook) -> None:
        await p.fake.text(TU, "chào phường")
        headers, body = hook.got[0]
        event = json.loads(body)
        parts = APP.encode() + body + event["timestamp"].encode() + OA_SECRET.encode()
        digest = hashlib.sha256(parts).hexdigest()
        signed = prefix + (digest.upper() if upper else digest)
        assert headers["x-zevent-signature"] == signed
        assert headers["content-type"] == "application/json"
        for spacing in (None, (",", ":")):
            for plain in (True, False):
                again = json.dumps(event, ensure_ascii=plain, separators=spacing)
                assert again.encode() != body
        assert list(event)[-1] == "event_name"

    play_hooked(story, prefix=prefix, upper=upper)


# --- what people do -----------------------------------------------------------------------------

COMMON = {"event_name", "app_id", "timestamp"}
SAID = COMMON | {"user_id_by_app", "sender", "recipient", "message"}
RELATED = COMMON | {"oa_id", "user_id_by_app", "follower", "source"}
Act = Callable[[FakeZaloOA], Awaitable[object]]
ACTS: list[tuple[Act, str, set[str], list[str]]] = [
    (lambda f: f.text(TU, "a"), "user_send_text", SAID, ["text"]),
    (lambda f: f.image(TU, "a"), "user_send_image", SAID, ["text", "attachments"]),
    (lambda f: f.link(TU, "https://a.vn"), "user_send_link", SAID, ["text", "attachments"]),
    (lambda f: f.location(TU), "user_send_location", SAID, ["text", "attachments"]),
    (lambda f: f.sticker(TU), "user_send_sticker", SAID, ["attachments"]),
    (lambda f: f.voice(TU), "user_send_audio", SAID, ["attachments"]),
    (lambda f: f.file(TU), "user_send_file", SAID, ["attachments"]),
    (lambda f: f.follow(TU), "follow", RELATED, []),
    (lambda f: f.unfollow(TU), "unfollow", RELATED, []),
    (lambda f: f.submit_info(TU, "Tư", "84912345678"), "user_submit_info",
     COMMON | {"sender", "recipient", "info"}, []),
    (lambda f: f.click_chatnow(TU), "user_click_chatnow",
     COMMON | {"oa_id", "user_id", "user_id_by_app"}, []),
    (lambda f: f.group_text(group(1), TU, "a"), "user_send_group_text",
     COMMON | {"oa_id", "sender", "recipient", "message"}, ["text"]),
    (lambda f: f.staff(TU, "a"), "oa_send_text",
     COMMON | {"sender", "recipient", "message"}, ["text"]),
]  # fmt: skip


@pytest.mark.parametrize(("act", "name", "keys", "inside"), ACTS, ids=[a[1] for a in ACTS])
def test_events_look_as_in_the_facts(
    act: Act, name: str, keys: set[str], inside: list[str]
) -> None:
    async def story(p: Program, hook: Hook) -> None:
        message_id = await act(p.fake)
        (event,) = hook.events
        assert (event["event_name"], event["app_id"]) == (name, APP)
        assert event["timestamp"] == "1795150800000"
        assert set(event) == keys
        if "message" in keys:
            assert set(event["message"]) == {"msg_id", *inside}
            assert event["message"]["msg_id"] == message_id
        to_group = name == "user_send_group_text"
        ends = [end["id"] for end in (event.get("sender"), event.get("recipient")) if end]
        from_oa = [OA, TU] if name == "oa_send_text" else [TU, group(1) if to_group else OA]
        assert ends in ([], from_oa)
        assert [(d.event, d.status, d.num_retry) for d in p.fake.deliveries] == [(name, 200, 0)]

    play_hooked(story)


@pytest.mark.parametrize(("kind", "latitude"), [("str", "16.4637"), ("number", 16.4637)])
def test_coordinates_are_text_or_numbers(kind: str, latitude: Any) -> None:
    async def story(p: Program, hook: Hook) -> None:
        await p.fake.location(TU)
        payload = hook.events[0]["message"]["attachments"][0]["payload"]
        assert payload["coordinates"] == {"latitude": latitude, "longitude": type(latitude)(107.5)}

    play_hooked(story, coordinates=kind)


def test_any_event_can_be_told() -> None:
    async def story(p: Program, hook: Hook) -> None:
        await p.fake.event("user_call_oa", sender={"id": TU}, timestamp=5, app_id="7")
        assert hook.events[0]["event_name"] == "user_call_oa"
        headers, body = hook.got[0]
        assert headers["x-zevent-signature"] == signature(APP, body, "5", OA_SECRET)

    play_hooked(story)


@pytest.mark.parametrize("repeat", [1, 3])
@pytest.mark.parametrize("shuffled", [False, True])
def test_events_come_twice_and_out_of_order(repeat: int, shuffled: bool) -> None:
    async def story(p: Program, hook: Hook) -> None:
        said = [lambda n=n: p.fake.text(TU, n) for n in "123"]
        await p.fake.together(*said)
        order = "321" if shuffled else "123"
        assert hook.texts == [text for text in order for _ in range(repeat)]
        assert len({event["message"]["msg_id"] for event in hook.events}) == 3

    play_hooked(story, repeat=repeat, shuffled=shuffled)


# --- 11: which events open the window -----------------------------------------------------------


@pytest.mark.parametrize("act", [act for act, *_ in ACTS], ids=[a[1] for a in ACTS])
def test_events_open_the_window_as_listed(act: Act) -> None:
    name = next(name for known, name, *_ in ACTS if known is act)
    closed = {"unfollow", "user_send_group_text", "oa_send_text"}

    async def story(p: Program, hook: Hook) -> None:
        for listed, opens in [
            (p.fake.options.interactions, name not in closed),
            ((), False),
            (("user_send_*",), name.startswith("user_send_") and name not in closed),
            ((name,), name != "oa_send_text"),
        ]:
            p.fake.reset()
            p.fake.options.interactions = listed
            await act(p.fake)
            unknown = -201 if name == "oa_send_text" else -230
            assert (await p.cs("a"))["error"] == (0 if opens else unknown), listed

    play_hooked(story)
