"""The command that makes a campaign from a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_tools import WardId, file_errors, open_library, open_store, run, ward_named

app = typer.Typer()


@app.command("campaign-import")
def import_campaign(
    file: Annotated[Path, typer.Argument(help="A .yaml or .xlsx file; see campaign-template")],
    ward: WardId,
    apply: Annotated[
        bool, typer.Option(help="Write it; without this only say what would be made")
    ] = False,
) -> None:
    """Make a campaign with its shifts from one file, all of it or nothing."""
    from bot import campaign_files

    library, store = open_library(), open_store()
    now = datetime.now(UTC)
    work = campaign_files.CampaignImport(store, library, ward_named(library, ward), None, now)
    with file_errors(file):
        data = file.read_bytes()
    said, well = run(store, lambda: campaign_files.run(work, file.name, data, apply))
    typer.echo("\n".join(said))
    if not well:
        raise typer.Exit(1)


@app.command("campaign-template")
def template(out: Annotated[Path, typer.Argument(help="Where to write it")]) -> None:
    """Write the spreadsheet to fill in for `toso campaign-import`."""
    from bot.campaign_files import template as made

    with file_errors(out):
        out.write_bytes(made())
    typer.echo(out)
