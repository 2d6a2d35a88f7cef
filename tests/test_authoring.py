"""What authors are told: every fault, what is old, what a fact is in, how a guide looks."""

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from typer.testing import CliRunner

from bot.cli import app
from bot.links import dead
from content import authoring
from content import guide as guide_module
from content.guide_rules import MAX_STEPS
from content.library import Library
from tests.fakes.serving import serve

FAR = date(2030, 1, 1)


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


def test_check_is_content_with_what_is_shipped() -> None:
    code, said = run("check")
    assert code == 0
    assert "no fault" in said


def test_check_names_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "bad.md").write_text("no front matter", encoding="utf-8")
    monkeypatch.setattr(guide_module.load_guides, "__defaults__", (tmp_path,))
    from content import library

    before = library.load.__defaults__
    assert before
    monkeypatch.setattr("content.library.load.__defaults__", (tmp_path, *before[1:]))
    code, said = run("check")
    assert code == 1
    assert "bad.md:1: begin the file with front matter" in said


def test_facts_that_ran_out_come_first(library: Library) -> None:
    old = authoring.stale(library, FAR)
    ended = [name for name, fact in library.facts.items() if fact.lapsed(FAR)]
    assert [one.name for one in old[: len(ended)]] == ended
    assert {one.name for one in old} >= {*library.guides, *library.lessons}
    assert authoring.stale(library, date(2026, 11, 20)) == []


def test_a_fact_leads_to_every_text_it_is_in(library: Library) -> None:
    name, fact = next(iter(library.facts.items()))
    guide = library.guides["vneid-what-is"]
    step = replace(guide.steps[0], text=f"Xem {{fact:{name}}}.")
    fee = replace(guide.fee, text=f"Phí {{fact:{name}}}.")
    few = replace(guide, fee=fee, steps=(step, *guide.steps[1:]))
    only = Library({guide.id: few}, {}, {}, {}, {name: fact})
    head = f"guide {guide.id}"
    assert authoring.impact(only, name) == [f"{head}: fee", f"{head}: step 1"]
    assert authoring.unused(Library({}, {}, {}, {}, {name: fact})) == [name]


def test_impact_is_told_on_the_command_line(library: Library) -> None:
    name = next(one for one in library.facts if authoring.impact(library, one))
    code, said = run("impact", name)
    assert code == 0
    assert library.facts[name].value in said
    assert authoring.impact(library, name)[0] in " ".join(said.split())
    assert run("impact", "no-such-fact")[0] == 1


def test_every_fact_is_used(library: Library) -> None:
    assert authoring.unused(library) == []


def test_a_new_guide_says_what_to_fill_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vneid").mkdir()
    monkeypatch.setattr(guide_module, "GUIDES", tmp_path)
    code, _ = run("new-guide", "vneid-new-thing", "--category", "vneid")
    text = (tmp_path / "vneid" / "vneid-new-thing.md").read_text(encoding="utf-8")
    assert code == 0
    assert text.startswith("---\nid: vneid-new-thing\n")
    assert "## Các bước" in text
    for wrong in (["vneid-new-thing"], ["Vneid"], ["a" * 27]):
        assert run("new-guide", *wrong, "--category", "vneid")[0] == 1
    assert run("new-guide", "other-thing", "--category", "nowhere")[0] == 1


def test_a_guide_is_shown_as_each_channel_shows_it() -> None:
    code, said = run("preview", "residence-temporary")
    assert code == 0
    assert "── web, telegram ──" in said
    assert "[1] Bắt đầu (" in said  # where there are no buttons
    assert "[ Bắt đầu (" in said
    assert "{fact:" not in said
    assert run("preview", "no-such-guide")[0] == 1


def test_a_preview_shows_the_hedge_of_a_later_day() -> None:
    now, later = (
        run("preview", "residence-temporary", "--day", day)[1]
        for day in ("2026-11-20", "2029-01-01")
    )
    assert "có thể đã thay đổi" not in now
    assert "có thể đã thay đổi" in later


def test_long_sentences_are_told_hardest_first(library: Library) -> None:
    found = authoring.readings(library)
    assert len(found) == len(library.guides)
    assert found[0].average >= found[-1].average
    assert all(len(guide.steps) <= MAX_STEPS for guide in library.guides.values())


def test_a_source_that_is_gone_is_named(library: Library) -> None:
    def page(code: int) -> Route:
        return Route(f"/{code}", lambda _: PlainTextResponse("", code))

    async def named() -> tuple[str, list[str]]:
        async with serve(Starlette(routes=[page(200), page(404), page(403)])) as url:
            guide = library.guides["vneid-what-is"]
            places = [f"{url}/{code}" for code in (200, 404, 403)] + ["http://127.0.0.1:9/gone"]
            sources = tuple(guide.sources[0].model_copy(update={"url": one}) for one in places)
            few = replace(guide, sources=sources)
            return url, await dead(Library({guide.id: few}, {}, {}, {}))

    url, found = asyncio.run(named())
    assert [line.partition(";")[0] for line in found] == [
        f"{url}/404: answers 404",
        "http://127.0.0.1:9/gone: no answer (ConnectError)",
    ]
