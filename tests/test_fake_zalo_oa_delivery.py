"""The fake Official Account keeps to facts/zalo.md, 4.2: how events are delivered; 4.3."""

from typing import Any

import httpx
import pytest

from tests.fakes.zalo_oa_program import HOA, OA, TU, Hook, Program, play_hooked

TEMPLATES = {"301234": {"price": 200, "params": []}}


# --- 10: delivery -------------------------------------------------------------------------------


def test_failures_are_retried_and_then_the_webhook_is_off() -> None:
    async def story(p: Program, hook: Hook) -> None:
        await p.fake.text(TU, "a")
        waited = [30, 300, 900, 1800, 3600]
        for number, seconds in enumerate(waited):
            p.clock.forward(seconds=seconds - 1)
            await p.fake.tick()
            assert len(hook.got) == number + 1
            p.clock.forward(seconds=1)
            await p.fake.tick()
        tries = [headers.get("num_retry") for headers, _ in hook.got]
        assert tries == [None, "1", "2", "3", "4", "5"]
        assert len({body for _, body in hook.got}) == 1
        assert [d.num_retry for d in p.fake.deliveries] == [0, 1, 2, 3, 4, 5]
        assert (p.fake.webhook_off, p.fake.lost) == (True, 1)
        await p.fake.text(TU, "b")
        assert (len(hook.got), p.fake.lost) == (6, 2)
        p.fake.switch_on()
        await p.fake.text(TU, "c")
        assert hook.texts[6:] == ["c"]

    play_hooked(story, *[503] * 6)


def test_a_retry_that_is_taken_ends_the_retries() -> None:
    async def story(p: Program, hook: Hook) -> None:
        await p.fake.text(TU, "a")
        await p.fake.text(TU, "b")
        assert len(p.fake.planned) == 1
        p.clock.forward(minutes=1)
        await p.fake.tick()
        assert (hook.texts, p.fake.planned) == (["a", "b", "a"], [])
        assert (p.fake.webhook_off, p.fake.lost) == (False, 0)

    play_hooked(story, 403)


def test_an_answer_after_two_seconds_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fakes.zalo_oa_hook.ANSWER_WITHIN", 0.05)

    async def story(p: Program, hook: Hook) -> None:
        await p.fake.text(TU, "a")
        (delivery,) = p.fake.deliveries
        assert (delivery.status, len(hook.got), len(p.fake.planned)) == (0, 1, 1)
        assert delivery.seconds >= 0.05

    play_hooked(story, None)


def test_nobody_at_the_address_is_a_failure_and_no_address_a_loss() -> None:
    async def story(p: Program, hook: Hook) -> None:
        p.fake.webhook = "http://127.0.0.1:1/zalo"
        await p.fake.text(TU, "a")
        assert [d.status for d in p.fake.deliveries] == [0]
        p.fake.webhook = None
        await p.fake.text(TU, "a")
        assert (len(p.fake.deliveries), p.fake.lost) == (1, 1)

    play_hooked(story)


@pytest.mark.parametrize("echo", [True, False])
def test_what_is_sent_comes_back_as_an_event(echo: bool) -> None:
    async def story(p: Program, hook: Hook) -> None:
        await p.fake.text(TU, "a")
        sent = (await p.cs("Dạ"))["data"]["message_id"]
        await p.fake.settled()
        assert len(hook.events) == 1 + echo
        if echo:
            event = hook.events[1]
            assert (event["event_name"], event["sender"]) == ("oa_send_text", {"id": OA})
            assert event["recipient"] == {"id": TU}
            assert event["message"] == {"msg_id": sent, "text": "Dạ"}

    play_hooked(story, echo=echo)


@pytest.mark.parametrize("report", ["message", "top"])
def test_a_template_is_reported_when_it_arrived(report: str) -> None:
    async def story(p: Program, hook: Hook) -> None:
        body = {"template_id": "301234", "template_data": {}, "tracking_id": "t-1"}
        sent = await p.post("/message/template", body | {"phone": "84912345678"})
        p.clock.forward(seconds=2)
        await p.fake.tick()
        assert hook.got == []
        p.clock.forward(seconds=1)
        await p.fake.tick()
        (event,) = hook.events
        told = event["message"] if report == "message" else event
        assert event["event_name"] == "user_received_message"
        assert told["msg_id"] == sent["data"]["msg_id"]
        assert told["tracking_id"] == "t-1"
        assert event["recipient"] == {"id": "84912345678"}

    play_hooked(story, templates=TEMPLATES, report=report)


# --- the admin interface ------------------------------------------------------------------------


def test_people_can_be_played_from_outside() -> None:
    async def story(p: Program, hook: Hook) -> None:
        async def admin(verb: str, action: str, **body: Any) -> httpx.Response:
            token = {"X-Admin-Token": p.fake.admin_token}
            return await p.client.request(verb, f"/_admin/{action}", json=body, headers=token)

        assert (await p.client.get("/_admin/sent")).status_code == 403
        said = await admin("POST", "inbound", kind="text", user=TU, text="chào")
        assert said.json() == {"message_id": hook.events[0]["message"]["msg_id"]}
        await admin("POST", "fault", kind="fail", path="/v3.0/oa/message/cs", code=-218)
        assert [(await p.cs("Dạ"))["error"] for _ in range(2)] == [-218, 0]
        sent = (await admin("GET", "sent")).json()["sent"]
        assert [(one["to"], one["text"]) for one in sent] == [(TU, "Dạ")]
        before = p.fake.now()
        await admin("POST", "clock", seconds=60)
        assert (p.fake.now() - before).total_seconds() == 60
        assert (await admin("POST", "reset")).status_code == 200
        assert (await admin("GET", "sent")).json() == {"sent": []}
        for wrong in ({"kind": "cut_off"}, {"kind": "text"}, {"kind": "press", "user": HOA}):
            assert (await admin("POST", "inbound", **wrong)).status_code == 400
        assert (await admin("POST", "nothing")).status_code == 404

    play_hooked(story)
