"""Run any ASGI application on a loopback port, inside the running event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp


@asynccontextmanager
async def serve(app: ASGIApp) -> AsyncIterator[str]:
    """Serve `app` until the block ends; yields its base URL, without a trailing slash."""
    # asyncio sends at once, without Nagle's 40 ms, only on sockets made expressly for TCP
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = _loaded(app)
    try:
        await server.startup(sockets=[listener])
    except SystemExit as refusal:
        listener.close()
        raise RuntimeError("the application refused to start") from refusal
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        await _stop(server)


def _loaded(app: ASGIApp) -> uvicorn.Server:
    # uvicorn's own serve() handles signals and ticks on the real clock, so only its parts are used
    config = uvicorn.Config(
        app, log_config=None, access_log=False, date_header=False, ws="none", timeout_keep_alive=75
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    return server


async def _stop(server: uvicorn.Server) -> None:
    for listening in server.servers:
        listening.close()
    for connection in list(server.server_state.connections):
        connection.transport.close()
    unfinished = list(server.server_state.tasks)
    for task in unfinished:
        task.cancel()
    await asyncio.gather(*unfinished, return_exceptions=True)
    await server.lifespan.shutdown()
