"""The wire of the OA OpenAPI: requests read, answers written, events spelled and signed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

from starlette.datastructures import UploadFile
from starlette.requests import Request

from .zalo_faults import Json, Reply, answer

Params: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file sent by the program, as found in the parameters of a recorded call."""

    filename: str
    data: bytes


@dataclass(frozen=True)
class Call:
    """One request; `params` are its query (`data` unpacked) and its body together."""

    verb: str
    path: str
    params: Params
    headers: Mapping[str, str]


class OaError(Exception):
    """A refusal as the OpenAPI words it: a code and a message (facts/zalo.md, 2.11)."""

    def __init__(self, code: int, problem: str = "", status: int = 200) -> None:
        self.code = code
        self.problem = problem or MESSAGES.get(code, "Unknown error")
        self.status = status
        super().__init__(f"{code} {self.problem}")


MESSAGES = {
    -32: "Your application reached limit call api",
    -100: "Attachment is expired",
    -124: "Access token is invalid",
    -201: "Params is invalid",
    -210: "Parameter is out of range",
    -211: "Out of quota",
    -213: "User has not followed OA",
    -216: "Access token is invalid",
    -220: "Access token is expired or removed",
    -224: "OA tier package is not allowed to use this API",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has no valid interaction",
    -233: "Message type is not supported or not available",
    -234: "Message is not allowed to be sent at night",
    -237: "Group is expired",
    -240: "MessageV2 API has been shut down",
    -403: "OA is not a member of the group",
}


def reply(content: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return answer(content, status, tuple((headers or {}).items()))


def succeeded(data: Any, headers: Mapping[str, str]) -> Reply:
    return reply({"data": data, "error": 0, "message": "Success"}, headers=headers)


def refused(error: OaError, headers: Mapping[str, str] | None = None) -> Reply:
    return reply({"error": error.code, "message": error.problem}, error.status, headers)


def failure(status: int | None, code: int | None, description: str | None) -> Reply:
    """A refusal a test orders: in HTML with a status from 500 on, as gateways answer."""
    if status and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        page = f"<html><body>{status} {HTTPStatus(status).phrase}</body></html>"
        return Reply(status, page.encode(), "text/html")
    error = OaError(-200 if code is None else code, description or "", status or 200)
    # the oauth host names its errors, the others have a message
    texts = {"message": error.problem, "error_name": error.problem}
    return reply({"error": error.code} | texts, error.status)


SECRET_FIELDS = {"access_token", "refresh_token", "code", "code_verifier", "state", "phone"}


# --- events -------------------------------------------------------------------------------------


def spelled(event: Json) -> bytes:
    """The body of an event: keys in another order and wider spaced than any JSON writer does it.

    Whoever reads it and writes it again gets other bytes, and so another signature.
    """
    backwards = dict(reversed(event.items()))
    return json.dumps(backwards, ensure_ascii=False, separators=(" , ", " :  ")).encode()


def signature(app_id: str, body: bytes, timestamp: str, oa_secret: str) -> str:
    """SHA-256 in hex over app id, raw body, timestamp and OA secret (facts/zalo.md, 2.9)."""
    digest = hashlib.sha256()
    for part in (app_id.encode(), body, timestamp.encode(), oa_secret.encode()):
        digest.update(part)
    return digest.hexdigest()


# --- reading requests ---------------------------------------------------------------------------


def addressed(params: Params) -> str | None:
    """Whom a call is about: a person, a group or a phone number."""
    recipient = params.get("recipient")
    given: Json = recipient if isinstance(recipient, dict) else params
    names = ("user_id", "group_id", "phone")
    return next((str(given[name]) for name in names if name in given), None)


async def read(request: Request) -> Call:
    query: Params = dict(request.query_params)
    if "data" in query:
        query |= _object(query.pop("data").encode())
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        form = await request.form()
        sent = {name: await _part(value) for name, value in form.items()}
    else:
        sent = _object(await request.body())
    return Call(request.method, request.url.path, query | sent, request.headers)


async def _part(value: UploadFile | str) -> Upload | str:
    if isinstance(value, str):
        return value
    return Upload(value.filename or "", await value.read())


def _object(text: bytes) -> Params:
    # what is no JSON object has no parameters: the method then misses them
    try:
        given = json.loads(text)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def hidden(params: Params) -> Json:
    """Parameters as they may be written down."""
    return {name: _shown(name, value) for name, value in params.items()}


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, Upload):
        return {"filename": value.filename, "bytes": len(value.data)}
    return "***" if name in SECRET_FIELDS else value
