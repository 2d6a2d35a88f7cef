"""The commands of authors: check, what is old, what a fact is used in, a new guide, how it looks."""

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_tools import moment, open_library, stop, today

if TYPE_CHECKING:  # importing this takes a second; --help must not
    from content.library import Library

app = typer.Typer()

HARDEST = 5
GuideName = Annotated[str, typer.Argument(help="The guide's id, as residence-temporary")]


@app.command()
def check(
    links: Annotated[
        bool, typer.Option("--links", help="Also open every source's address on the internet")
    ] = False,
) -> None:
    """Check all content: every rule, what is old, how hard it reads. Exit 1 on a fault."""
    from content import authoring

    library = open_library()
    old = _told_old(library)
    for one in authoring.readings(library)[:HARDEST]:
        typer.echo(f"long sentences: {one.guide}: {one.average:.1f} on average, {one.longest} most")
    for name in authoring.unused(library):
        typer.echo(f"fact {name} is used nowhere")
    counts = f"{len(library.guides)} guides, {len(library.english)} of them in English, "
    counts += f"{len(library.cards)} cards, {len(library.facts)} facts, "
    counts += f"{len(library.lessons)} lessons, {len(library.wards)} wards"
    typer.echo(f"{counts}: no fault, {old} stale")
    if links and (dead := _dead(library)):
        raise stop("\n".join(dead))


@app.command()
def stale() -> None:
    """List facts that have run out, and guides and lessons to be checked again."""
    if not _told_old(open_library()):
        typer.echo("nothing is out of date")


@app.command()
def impact(fact: Annotated[str, typer.Argument(help="A name of content/facts.yaml")]) -> None:
    """List every guide, card, lesson and quiz answer that a fact is inserted in."""
    from content import authoring

    library = open_library()
    if fact not in library.facts:
        near = [name for name in library.facts if fact in name]
        raise stop(f"there is no fact '{fact}'" + (f"; perhaps {', '.join(near)}" if near else ""))
    known = library.facts[fact]
    typer.echo(f"{fact}: {known.value} ({known.what})")
    for place in authoring.impact(library, fact):
        typer.echo(f"  {place}")


@app.command("new-guide")
def new_guide(
    name: GuideName, category: Annotated[str, typer.Option(help="A folder of content/guides")]
) -> None:
    """Begin a guide: write a file with everything that must be filled in."""
    import re

    from content import authoring
    from content.guide import GUIDES
    from content.guide_rules import LONGEST_ID

    folders = sorted(path.name for path in GUIDES.iterdir() if path.is_dir())
    path = GUIDES / category / f"{name}.md"
    if not re.fullmatch(rf"[a-z0-9][a-z0-9-]{{2,{LONGEST_ID - 1}}}", name):
        raise stop(f"'{name}' is no id; use 3 to {LONGEST_ID} of a-z, 0-9 and -")
    if category not in folders:
        raise stop(f"there is no category '{category}'; use one of {', '.join(folders)}")
    if list(GUIDES.glob(f"*/{name}.md")):
        raise stop(f"a guide '{name}' exists already; choose another id")
    path.write_text(authoring.template(name, category, date.today()), encoding="utf-8")
    typer.echo(f"{path}: fill it in, then run: toso check")


@app.command()
def preview(
    name: GuideName,
    lang: Annotated[str, typer.Option(help="vi or en")] = "vi",
    day: Annotated[str, typer.Option(help="As it looks on this day, as 2027-03-01")] = "",
) -> None:
    """Show a guide as each channel shows it: the overview, every step, every problem."""
    from bot.previews import preview as shown
    from content.i18n import LANGUAGES

    library = open_library()
    if library.guide(name) is None:
        raise stop(f"there is no guide '{name}'; see: toso guides")
    if lang not in LANGUAGES:
        raise stop(f"there is no language '{lang}'; use one of {', '.join(LANGUAGES)}")
    at = moment(day).date() if day else today()
    typer.echo(shown(library, name, lang, at))


def _told_old(library: "Library") -> int:
    """Say what is out of date; how much it is."""
    from content import authoring

    old = authoring.stale(library, date.today())
    for one in old:
        typer.echo(f"{one.path}: {one.name}: check it again (due {one.since}): {one.what}")
    return len(old)


def _dead(library: "Library") -> list[str]:
    """Sources whose address does not answer, each once."""
    from bot.links import dead

    return asyncio.run(dead(library))
