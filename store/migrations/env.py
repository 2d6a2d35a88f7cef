"""Alembic's entry: migrates the connection it is given, or for `alembic revision` the DATABASE_URL."""

import asyncio
import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from store import (  # noqa: F401  the tables register themselves
    campaign_models,
    channel_models,
    class_models,
    figure_models,
    learning_models,
    log_models,
    models,
    team_models,
    ward_models,
)
from store.base import Base, UtcDateTime
from store.db import engine_for


def render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Migrations must outlive the models, so they name plain column types."""
    return (
        "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False
    )


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_alone() -> None:
    engine = engine_for(os.environ.get("DATABASE_URL", "sqlite:///toso.db"))
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(run_alone())
else:
    run(given)
