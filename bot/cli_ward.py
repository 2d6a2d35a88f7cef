"""The commands of people and the log: invitations, log sentences, lists, the invented ward."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_tools import (
    WardId,
    file_errors,
    moment,
    open_library,
    open_store,
    run,
    stop,
    today,
    ward_named,
)

app = typer.Typer()


@app.command("parse-log")
def parse_log(
    json_lines: Annotated[bool, typer.Option("--json", help="One JSON value a line")] = True,
    today: Annotated[str, typer.Option(help="The day, or day and hour, of writing")] = "",
) -> None:
    """Read log sentences on stdin, one a line; print for each one what it says, or null."""
    from bot import answers

    now = moment(today)
    for number, line in enumerate(sys.stdin, 1):
        try:
            said = answers.logged(line.strip(), now)
        except answers.NoDay as error:
            typer.echo(f"line {number}: {error}", err=True)
            said = None
        typer.echo(json.dumps(said, ensure_ascii=False))


@app.command()
def invite(
    name: Annotated[str, typer.Option(help="The person's name, as the ward's list has it")],
    ward: WardId,
    role: Annotated[
        str, typer.Option(help="administrator, officer, youth_leader, lead, member or volunteer")
    ] = "administrator",
) -> None:
    """Make a one-time 6-digit code that gives a role; the first administrator begins like this."""
    from bot.invitations import invite as made
    from handlers.rights import ADMINISTRATOR, grantable

    if role not in grantable(ADMINISTRATOR):
        known = ", ".join(grantable(ADMINISTRATOR))
        raise stop(f"there is no role '{role}'; use one of {known}")
    library, store = open_library(), open_store()
    found = ward_named(library, ward)
    code, until = run(store, lambda: made(store, found, role, name, datetime.now(UTC)))
    typer.echo(f"{code}  ({role}, {found.name}, {until:%H:%M %d/%m/%Y})")


@app.command("import")
def import_lists(
    file: Annotated[Path, typer.Argument(help="An .xlsx or .csv file; see --template")],
    ward: WardId,
    apply: Annotated[
        bool, typer.Option(help="Write it; without this only say what would change")
    ] = False,
) -> None:
    """Import areas, teams, members, official values and bases from a spreadsheet."""
    from bot import lists

    library, store = open_library(), open_store()
    work = lists.Import(store, library, ward_named(library, ward), None, datetime.now(UTC))
    with file_errors(file):
        data = file.read_bytes()
    said, well = run(store, lambda: lists.run(work, file.name, data, apply))
    typer.echo("\n".join(said))
    if not well:
        raise typer.Exit(1)


@app.command()
def template(out: Annotated[Path, typer.Argument(help="Where to write it")]) -> None:
    """Write the spreadsheet to fill in for `toso import`."""
    from bot.spreadsheet import template as made

    with file_errors(out):
        out.write_bytes(made())
    typer.echo(out)


@app.command()
def demo() -> None:
    """Fill an empty database with an invented ward: 33 teams, 149 members, a year of sessions."""
    from bot import demo as invented

    library, store = open_library(), open_store()
    try:
        made = run(store, lambda: invented.fill(store, library, today()))
    except ValueError as error:
        raise stop(error) from None
    typer.echo(made)
