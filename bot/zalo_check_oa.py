"""What only a live token tells of the Official Account (facts/zalo.md, section 2 and 5, point 22)."""

import base64
from datetime import UTC, datetime

from bot.channels.zalo_bot_events import Json, inside, number
from bot.settings import Template
from bot.zalo_check_account import Account, with_token
from bot.zalo_check_wire import asked, packed
from bot.zalo_check_words import Failed, Found, Item, printable, setting, shape, tail
from bot.zalo_tokens import REFRESH_LIFE
from handlers.turn import WARD_ZONE
from store import zalo_tokens

NOBODY = "1000000000000000001"
PRESS = "#toso-check"
"""What the test button carries; `--listen` knows it again."""
GOVERNMENT = 4
PACKAGES = {
    "comprehensive": "comprehensive",
    "toàn diện": "comprehensive",
    "growth": "growth",
    "tăng trưởng": "growth",
}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def authorised(account: Account) -> Found:
    """Whether there are tokens, and how long they last: without asking Zalo."""
    app_id = account.settings.zalo_oa_app_id
    pair = await account.store.read(lambda db: zalo_tokens.get(db, app_id))
    if pair is None:
        return Found("no tokens are stored", "run toso zalo-login")
    if pair.dead_at:
        return Found(f"the refresh token was refused {_day(pair.dead_at)}", "run toso zalo-login")
    ends = pair.refreshed_at + REFRESH_LIFE
    words = f"refreshed {_day(pair.refreshed_at)}, the access token lasts until "
    return Found(f"{words}{_day(pair.expires_at)}, refresh is possible until {_day(ends)}")


def _day(at: datetime) -> str:
    return f"{at.replace(tzinfo=at.tzinfo or UTC).astimezone(WARD_ZONE):%Y-%m-%d %H:%M}"


async def identity(account: Account) -> Found:
    oa = await _oa(account)
    kind = number(oa.get("oa_type"))
    words = f"oa_type {kind}{' (government)' if kind == GOVERNMENT else ''}, "
    words += f"is_verified {printable(oa.get('is_verified'))}, oaid {tail(oa.get('oaid'))}"
    if str(oa.get("oaid")) != account.settings.zalo_oa_id:
        return Found(words, "set ZALO_OA_ID to the id of this account: the one set is another")
    return Found(words, "ZALO_OA_ID is right")


async def package(account: Account) -> Found:
    oa = await _oa(account)
    name = printable(oa.get("package_name"))
    words = f"{name or 'none told'}, until {printable(oa.get('package_valid_through_date')) or '?'}"
    for word, value in PACKAGES.items():
        if word in name.lower():
            return Found(words, setting("ZALO_OA_PACKAGE", value, account.settings.zalo_oa_package))
    return Found(
        words, "see which package this is, and set ZALO_OA_PACKAGE=growth or comprehensive"
    )


async def _oa(account: Account) -> Json:
    answer = await account.ask("GET", "/v2.0/oa/getoa")
    if answer.code == -224:
        raise Failed("-224: the account's package has no OpenAPI; it needs Growth or Comprehensive")
    return inside(answer.good("getoa").said, "data")


async def rate(account: Account) -> Found:
    headers = (await account.ask("GET", "/v2.0/oa/getoa")).good("getoa").headers
    limit, left = (headers.get(f"X-RateLimit-{name}", "") for name in ("Limit", "Remain"))
    if not limit:
        return Found("the answer has no X-RateLimit headers")
    ours = account.limits.rate
    words = f"{printable(limit)} a minute, {printable(left) or '?'} left"
    allowed = int(ours[0] * 60 / ours[1]) if ours else 0
    most = number(limit)
    if most is None or allowed <= most:
        return Found(words, f"rate in content/limits.yaml is right ({allowed} a minute)")
    return Found(words, f"set rate in content/limits.yaml to less than {most} (now: {allowed})")


async def quota(account: Account) -> Found:
    """How many messages between 48 hours and 7 days the package pays for: sources differ (2.10)."""
    asked_for = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
    answer = (await account.ask("POST", "/v3.0/oa/quota/message", json=asked_for)).good("quota")
    data = answer.said.get("data")
    rows = [row for row in (data if isinstance(data, list) else [data]) if isinstance(row, dict)]
    told = [row for row in rows if row.get("quota_type") in (None, "sub_quota")]
    totals = [total for row in told if (total := number(row.get("total"))) is not None]
    words = f"the answer is {shape(data)}"
    if not totals:
        return Found(words, "look in OA Manager for the consultation quota; counted in limits.yaml")
    left = printable(told[0].get("remain")) or "?"
    advice = setting("counted", str(totals[0]), account.limits.counted)
    return Found(f"{words}; total {totals[0]}, remain {left}", f"in content/limits.yaml: {advice}")


async def upload(account: Account) -> Found:
    files = {"file": ("check.png", PIXEL, "image/png")}
    answer = (await account.ask("POST", "/v2.0/oa/upload/image", files=files)).good("the upload")
    return Found(f"accepted, the answer is {shape(answer.said.get('data'))}")


async def templates(account: Account) -> Found:
    ours = account.settings.zalo_oa_templates
    query = {"offset": "0", "limit": "100"}
    answer = await account.ask("GET", "/template/all", business=True, params=query)
    data = answer.good("template/all").said.get("data")
    listed = [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
    known = {str(row.get("templateId", row.get("template_id"))): row for row in listed}
    if not ours:
        return Found(f"{len(known)} approved, none is set", "set ZALO_OA_TEMPLATES to use them")
    told = [f"{printable(kind)} {_compared(known, one)}" for kind, one in ours.items()]
    amiss = any(not words.endswith("right") for words in told)
    return Found("; ".join(told), "correct ZALO_OA_TEMPLATES" if amiss else "nothing to set")


def _compared(known: dict[str, Json], one: Template) -> str:
    """What is the matter with a template that is set."""
    row = known.get(one.id)
    if row is None:
        return "is not among the approved ones"
    params = row.get("params", row.get("listParams"))
    if not isinstance(params, list):
        return "is there; compare its parameters by hand: Zalo does not list them"
    names = {str(each.get("name") if isinstance(each, dict) else each) for each in params}
    if names == set(one.data):
        return "is right"
    lacking, foreign = sorted(names - set(one.data)), sorted(set(one.data) - names)
    return printable(f"lacks {lacking} and has too many {foreign}", 200)


async def stranger(account: Account) -> Found:
    """The refusal for somebody invented; asked for by user/detail, so that nothing is sent."""
    query = packed(user_id=NOBODY)
    answer = await account.ask("GET", "/v3.0/oa/user/detail", params=query)
    if not answer.code:
        return Found("somebody invented is known: refusals cannot be told by this")
    return Found(f"{answer.code} with HTTP {answer.status}, the answer is {shape(answer.said)}")


async def wrong_token(account: Account) -> Found:
    url = str(account.settings.zalo_oa_api_url).rstrip("/") + "/v2.0/oa/getoa"
    answer = await asked(account.client, "GET", url, headers=with_token("invented"))
    return Found(f"{answer.code or 'accepted'} with HTTP {answer.status}",
                 "nothing to set: -216 and HTTP 401 are both understood")  # fmt: skip


async def text(account: Account) -> Found:
    answer = await account.say({"text": "toso zalo-check"})
    if answer.code in (-230, -232):
        words = f"refused with {answer.code}: your last interaction is longer ago than 7 days"
        return Found(words, "write to the account, then again")
    data = inside(answer.good("the text").said, "data")
    there = shape(data["quota"]) if "quota" in data else "absent"
    return Found(f"accepted; the object quota is {there}", "nothing to set: it is not needed")


async def buttons(account: Account) -> Found:
    """The shape that the adapter sends (2.4): the text is what it puts above the choices."""
    button = {"title": "toso zalo-check", "type": "oa.query.hide", "payload": PRESS}
    payload = {
        "template_type": "list",
        "elements": [{"title": "toso zalo-check"}],
        "buttons": [button],
    }
    answer = await account.say({"attachment": {"type": "template", "payload": payload}})
    now = account.settings.zalo_oa_buttons
    if answer.code == -233:
        return Found("refused with -233", setting("ZALO_OA_BUTTONS", "false", now))
    answer.good("the list")
    advice = setting("ZALO_OA_BUTTONS", "true", now)
    return Found("accepted", f"{advice}, once you saw it and --listen heard you press it")


ITEMS = (
    Item("OA: tokens", authorised),
    Item("OA: which account", identity),
    Item("OA: package", package),
    Item("OA: rate", rate),
    Item("OA: consultation quota", quota),
    Item("OA: upload of a picture", upload),
    Item("OA: templates", templates),
    Item("OA: refusal for a stranger", stranger),
    Item("OA: refusal of a wrong token", wrong_token),
    Item("OA: a text to you", text),
    Item("OA: list with buttons", buttons),
)
BY_HAND = {
    "OA: which events open the 7 days again": "keep a test account silent for 8 days, let it follow or "
    "press, then run this with --to-oa: accepted means yes; then ZALO_OA_INTERACTIONS",
    "OA: fee class of a government account": "ask Zalo's support, or look at the first bill; then "
    "ZALO_OA_BUDGET, and price in limits.yaml and ZALO_OA_TEMPLATES",
    "OA: longest title of a button": "see on a phone whether long choices are cut; with ZALO_OA_BUTTONS",
    "OA: groups after 31 Dec 2026": "look at the price page before the first notice to a group",
}
