"""`toso outbox`: what waits, what left, and what may have left."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_tools import open_store, run

if TYPE_CHECKING:
    from store.outbox_view import Line

Counts = dict[tuple[str, str, str], int]
app = typer.Typer()


@app.command()
def outbox(
    state: Annotated[
        str, typer.Option(help="Show single rows of this state: ambiguous, refused, skipped …")
    ] = "ambiguous",
    days: Annotated[int, typer.Option(help="How many days back to count")] = 7,
) -> None:
    """Count planned sends by channel, kind and outcome, and list single rows without their text."""
    from bot.app import utc_now
    from store import outbox_view as rows
    from store import send_counts

    store = open_store()
    today = utc_now().astimezone(send_counts.WARD_ZONE).date()

    async def look() -> "tuple[Counts, Counts, list[Line]]":
        return (
            await store.read(rows.waiting),
            await store.read(
                lambda db: send_counts.totals(db, today - timedelta(days=days - 1), today)
            ),
            await store.read(lambda db: rows.latest(db, state)),
        )

    waiting, ended, listed = run(store, look)
    _table("waiting", waiting)
    _table(f"ended in {days} days, without answers to people", ended)
    typer.echo(f"{state}: {len(listed)} latest" if listed else f"{state}: none")
    for line in listed:
        typer.echo(f"  {line.id}  {_when(line.at)}  {line.channel}  {line.kind}  {line.code or ''}")


def _table(title: str, counts: Counts) -> None:
    typer.echo(f"{title}: {sum(counts.values())}")
    for (channel, kind, outcome), number in sorted(counts.items()):
        typer.echo(f"  {number:>8}  {channel}  {kind}  {outcome}")


def _when(at: datetime | None) -> str:
    return at.isoformat(" ", "minutes") if at else "-"
