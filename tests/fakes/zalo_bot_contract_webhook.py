"""How a webhook is set, verified, tested and deleted on the fake Zalo Bot platform (4.1)."""

from .zalo_bot import user
from .zalo_bot_contract import SECRET, Stage, Written, collector, refusal
from .zalo_bot_samples import ANSWERS, shape
from .zalo_faults import Json

WEBHOOK: list[Written] = []
played = collector(WEBHOOK)
PUBLIC = "https://bot.anhhoa.example.vn/zalo/hook"


@played()
async def answers_about_the_webhook_look_as_published(at: Stage) -> None:
    told = await at.set_webhook()
    assert shape(told) == shape(ANSWERS["setWebhook"])
    assert shape(await at.call("getWebhookInfo")) == shape(ANSWERS["getWebhookInfo"])
    tested = await at.call("testWebhook")
    assert shape(tested["result"]) == shape(ANSWERS["setWebhook"]["result"]["verification"])
    assert shape(await at.call("deleteWebhook")) == shape(ANSWERS["deleteWebhook"])
    assert (await at.call("getWebhookInfo"))["result"]["url"] == ""


@played()
async def webhooks_are_refused(at: Stage) -> None:
    refused: list[Json] = [
        {"url": PUBLIC},
        {"secret_token": SECRET},
        {"url": "", "secret_token": SECRET},
        *({"url": PUBLIC, "secret_token": secret} for secret in ("a" * 7, "a" * 257)),
        *(
            {"url": url, "secret_token": SECRET}
            for url in ("http://anhhoa.example.vn/", "https://", "ftp://127.0.0.1/", "hook")
        ),
        *({"url": f"https://{host}/", "secret_token": SECRET} for host in PRIVATE),
    ]
    for params in refused:
        assert refusal(await at.call("setWebhook", **params)) == 400, params
    assert at.fake.webhook == ""
    for secret in ("a" * 8, "a" * 256):
        assert (await at.call("setWebhook", url=PUBLIC, secret_token=secret))["ok"]


PRIVATE = ("10.0.0.1", "192.168.1.7", "169.254.1.1", "[fd00::1]")


@played({"allow_loopback": True}, {"allow_loopback": False})
async def the_loopback(at: Stage) -> None:
    expected = None if at.fake.options.allow_loopback else 400
    for url in (at.hook.url, "https://localhost/", "https://127.0.0.1/", "https://[::1]/"):
        told = await at.call("setWebhook", url=url, secret_token=SECRET)
        assert refusal(told) == expected, url


@played({"probe": True}, {"probe": False})
async def verification(at: Stage) -> None:
    at.hook.status = 403
    told = (await at.set_webhook())["result"]
    found = (told["verification"]["ok"], told["verification"]["outcome"], at.fake.webhook)
    if at.fake.options.probe:
        assert found == (False, "webhook.http.403", at.hook.url)
        (headers, body), *others = at.hook.got
        assert (headers["x-bot-api-secret-token"], body, others) == (SECRET, b"", [])
    else:
        assert found == (True, "webhook.ok", at.hook.url)
        assert at.hook.got == []


OUTCOMES = {200: "ok", 204: "ok", 403: "http.403", 404: "http.404", 500: "http.5xx"}
OUTCOMES |= {503: "http.5xx", 401: "http.other", 302: "http.other"}


@played({"tests_a_day": 100})
async def outcomes(at: Stage) -> None:
    await at.set_webhook()
    for at.hook.status, outcome in OUTCOMES.items():
        told = (await at.call("testWebhook"))["result"]
        assert (told["status_code"], told["outcome"]) == (at.hook.status, f"webhook.{outcome}")
        assert told["ok"] == (outcome == "ok")
    for url, outcome in {PUBLIC: "dns", "http://127.0.0.1:1/": "conn"}.items():
        told = (await at.call("setWebhook", url=url, secret_token=SECRET))["result"]
        assert told["verification"]["outcome"] == f"webhook.err.{outcome}"
        assert (told["verification"]["status_code"], at.fake.webhook) == (0, url)


@played({"probe": True}, {"probe": False})
async def any_outcome_can_be_told(at: Stage) -> None:
    told: list[tuple[object, ...]] = []
    for outcome in ("webhook.err.tls", "webhook.http.5xx", "webhook.http.404", None):
        at.fake.verification(outcome)
        found = (await at.set_webhook())["result"]["verification"]
        told.append((found["ok"], found["status_code"], found["outcome"]))
    assert told == [
        (False, 0, "webhook.err.tls"),
        (False, 500, "webhook.http.5xx"),
        (False, 404, "webhook.http.404"),
        (True, 200, "webhook.ok"),
    ]


@played({"tests_a_day": 2})
async def tests_are_few(at: Stage) -> None:
    assert refusal(await at.call("testWebhook")) == 400
    await at.set_webhook()
    for _ in range(2):
        assert (await at.call("testWebhook"))["ok"]
    told = await at.call("testWebhook")
    assert (told["ok"], told["errorCode"], "error_code" in told) == (False, 426, False)
    assert at.status == 426
    at.clock.forward(days=1)
    assert (await at.call("testWebhook"))["ok"]


@played({"delete_without_webhook": 400}, {"delete_without_webhook": "ok"})
async def deleting_what_is_not_there(at: Stage) -> None:
    told = await at.call("deleteWebhook")
    if at.fake.options.delete_without_webhook == "ok":
        assert shape(told) == shape(ANSWERS["deleteWebhook"])
    else:
        assert refusal(told) == 400


@played()
async def a_webhook_far_away_is_never_called(at: Stage) -> None:
    await at.call("setWebhook", url=PUBLIC, secret_token=SECRET)
    await at.fake.text(user(1), "chào")
    assert [(post.status, post.error) for post in at.fake.posts] == [(0, "webhook.err.dns")] * 2
    assert at.fake.lost == 1
