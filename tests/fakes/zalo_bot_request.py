"""The wire of the Zalo Bot platform: parameters of a call, refusals (facts/zalo.md, 1.1, 1.10)."""

import json
from collections.abc import Iterable

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from .zalo_bot_world import Options, Params, bad
from .zalo_faults import Reply, answer

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


async def parameters(request: Request) -> Params:
    """What the body says wins over the query; a null is as good as nothing."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    sent: Params = {}
    if kind in FORMS:
        sent = await _form(request)
    elif kind == "application/json":
        sent = _object(await request.body())
    return {name: v for name, v in {**request.query_params, **sent}.items() if v is not None}


async def _form(request: Request) -> Params:
    try:
        form = await request.form()
    except MultiPartException:
        raise bad("invalid form") from None
    # nothing takes a file, so its name is all that can be refused
    return {k: v.filename if isinstance(v, UploadFile) else v for k, v in form.items()}


def _object(body: bytes) -> Params:
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise bad("invalid JSON")
    return given


def hidden(params: Params, tokens: Iterable[str]) -> Params:
    """The parameters with no token in them, to be kept."""
    written = json.dumps(params)
    for token in tokens:
        written = written.replace(token, "<token>")
    read: Params = json.loads(written)
    return read


def refusal(options: Options, status: int | None, code: int | None, words: str | None) -> Reply:
    """A refusal with `code`; the status of HTTP is the given one, or goes by the options."""
    said = code or status or 502
    by_code = said if options.http_status == "same_as_code" else 200
    # testWebhook's limit has a spelling of its own (facts/zalo.md, 1.3)
    field = "errorCode" if said == 426 else "error_code"
    told = words or DESCRIPTIONS.get(said, "Internal server error")
    return answer({"ok": False, field: said, "description": told}, status or by_code)


DESCRIPTIONS = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Internal server error",
    404: "Not found",
    408: "Request timeout",
    426: "Daily limit exceeded",
    429: "Quota exceeded",
    502: "Bad gateway",
    503: "Service unavailable",
    504: "Gateway timeout",
}
