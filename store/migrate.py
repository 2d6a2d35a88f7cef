"""Bring a database to the newest tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine


async def migrate(engine: AsyncEngine) -> None:
    """Run every migration that has not run here. Safe when several processes start at once."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)


def config_for(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    if (
        connection.dialect.name == "postgresql"
    ):  # replicas that start together wait for the first one
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7105)")
    command.upgrade(config_for(connection), "head")
