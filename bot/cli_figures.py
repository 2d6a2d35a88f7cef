"""The commands of figures: indicators, the rows behind them, the recount, reports, deadlines."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli_tools import (
    WardId,
    file_errors,
    open_library,
    open_store,
    period_named,
    run,
    stop,
    today,
    ward_named,
)

PeriodName = Annotated[
    str,
    typer.Option("--period", help="2026-11, 2026-Q4, 2026-H2, 2026-9M, 2026 or first..last day"),
]
Cut = Annotated[str, typer.Option("--cut", help="calendar or 15-14; the ward's own when not given")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON")]
MOST_DAYS = 3660
"""Deadlines are looked for ten years ahead, no further."""
app = typer.Typer()


@app.command()
def indicators(
    ward: WardId, period: PeriodName, cut: Cut = "", as_json: Json = False, area: str = ""
) -> None:
    """All indicators of a ward in a period, with class, source and the reason where there is none."""
    from bot import printing

    library, store = open_library(), open_store()
    found = ward_named(library, ward)
    days = period_named(period, cut or found.cut)
    try:
        rows = run(store, lambda: printing.rows(store, library, found, days, today(), area))
    except printing.NoArea as error:
        raise stop(error) from None
    if as_json:
        typer.echo(json.dumps(printing.as_json(found, days, rows), ensure_ascii=False, indent=1))
    else:
        typer.echo("\n".join(printing.in_words(rows, days)))


@app.command()
def trace(
    indicator: Annotated[str, typer.Argument(help="An indicator's id, for example HD24-A.IV.4")],
    ward: WardId,
    period: PeriodName,
    cut: Cut = "",
    as_json: Json = False,
) -> None:
    """The sessions behind every figure of an indicator."""
    from bot import printing

    library, store = open_library(), open_store()
    found = ward_named(library, ward)
    days = period_named(period, cut or found.cut)
    traced = run(store, lambda: printing.traced(store, library, found, days, today(), indicator))
    if traced is None:
        raise stop(f"there is no indicator '{indicator}' in the plans of {found.name}")
    typer.echo(
        json.dumps(traced, ensure_ascii=False, indent=1) if as_json else printing.listed(traced)
    )


@app.command()
def recount() -> None:
    """Hold every closed figure against the log. Exit 1 when one differs."""
    from handlers.closing import recount as compare

    library, store = open_library(), open_store()
    compared, different = run(store, lambda: store.read(lambda db: compare(db, library)))
    for one in different:
        typer.echo(
            f"{one.ward_id} {one.period} {one.indicator} {one.figure}: "
            f"closed as {one.frozen}, the log says {one.now}"
        )
    typer.echo(f"{compared} closed figures compared, {len(different)} differ")
    if different:
        raise typer.Exit(1)


@app.command()
def report(
    ward: WardId,
    period: PeriodName,
    out: Annotated[Path, typer.Option(help="The folder for the two files")],
    cut: Cut = "",
) -> None:
    """Write the report of a period: a .docx to sign and an .xlsx with all figures."""
    from bot.files import report_file

    library, store = open_library(), open_store()
    found = ward_named(library, ward)
    days = period_named(period, cut or found.cut)
    if days.first > today():
        raise stop(f"{days.id} has not begun yet")

    async def both() -> list[Any]:
        kinds = ("docx", "xlsx")
        return [await report_file(store, library, found, days, today(), kind) for kind in kinds]

    with file_errors(out):
        out.mkdir(parents=True, exist_ok=True)
    for file in run(store, both):
        with file_errors(out):
            (out / file.filename).write_bytes(file.data)
        typer.echo(out / file.filename)


@app.command()
def deadlines(ward: WardId = "", days: int = 120) -> None:
    """The next days on which reports are due."""
    from bot import printing

    if not 1 <= days <= MOST_DAYS:
        raise stop(f"--days {days}: use 1 to {MOST_DAYS}")
    library = open_library()
    wards = [ward_named(library, ward)] if ward else list(library.wards.values())
    for one in wards:
        typer.echo("\n".join(printing.due(library, one, today(), days)))
