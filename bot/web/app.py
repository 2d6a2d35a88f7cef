"""The HTTP app around the channels' routes: the page, its files, health, and headers for safety."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Lifespan, Message, Receive, Scope, Send

from bot.log import log
from bot.web.page import render
from content.i18n import LANGUAGES, N_, translate

STATIC = Path(__file__).parent / "page"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self'; "
    "script-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def web_app(
    routes: Sequence[BaseRoute],
    ward_name: str,
    healthy: Callable[[], Awaitable[bool]],
    lifespan: Lifespan[Starlette],
) -> ASGIApp:
    """The whole HTTP side. `ward_name` may be empty; `healthy` says whether the database answers."""

    async def page(request: Request) -> Response:
        lang = request.query_params.get("lang", "vi")
        lang = lang if lang in LANGUAGES else "vi"
        return HTMLResponse(render(partial(translate, lang), lang, ward_name))

    async def healthz(request: Request) -> Response:
        well = await healthy()
        return JSONResponse({"ok": well}, 200 if well else 503)

    own = [
        Route("/", page),
        Route("/healthz", healthz),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
    ]
    refusals = {HTTPException: _refused, Exception: _broken}
    app = Starlette(routes=[*own, *routes], lifespan=lifespan, exception_handlers=refusals)
    return SafeHeaders(app)


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return JSONResponse({"error": translate("vi", N_("There is nothing here."))}, status)


async def _broken(request: Request, error: Exception) -> Response:
    log.error("request failed", path=request.url.path, error=type(error).__name__)
    return JSONResponse({"error": translate("vi", N_("Please try again a little later."))}, 500)


class SafeHeaders:
    """Adds the headers of HEADERS to every answer, streams included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers)
