"""Who may do what: the whole table, through the conversation."""

import pytest

from content.library import Library
from handlers.choices import CHOICES
from handlers.commands import COMMANDS
from handlers.forms import FORMS
from handlers.rights import ACTIONS, APPLICANT, PERMISSIONS, RESIDENT, allowed, grantable
from tests.conftest import run
from tests.staff import Office, Somebody, office

REFUSED = "Mục này dành cho"
ROLES = [role for role in PERMISSIONS if role != RESIDENT]

WANTED = {
    "resident": "",
    "applicant": "",
    "volunteer": "log shifts",
    "member": "log shifts requests classes",
    "lead": "log shifts requests classes team",
    "youth_leader": "log shifts classes campaigns",
    "officer": "log shifts requests classes team teams people figures values close amend feedback broadcast "
    "campaigns lines answers",
    "administrator": "log shifts requests classes team teams people figures values close amend feedback "
    "officers broadcast campaigns lines answers",
}


def test_the_table_says_what_was_agreed() -> None:
    assert {role: set(actions.split()) for role, actions in WANTED.items()} == PERMISSIONS


def test_only_administrators_give_the_roles_of_the_office() -> None:
    assert grantable(None) == grantable("member") == grantable("lead") == ()
    assert grantable("officer") == ("member", "lead", "volunteer", "youth_leader")
    assert set(grantable("administrator")) == {*ROLES} - {APPLICANT}


def test_every_permission_guards_something() -> None:
    guarded = {one.action for one in (*COMMANDS.values(), *CHOICES.values(), *FORMS.values())}
    assert guarded - {""} <= ACTIONS
    assert ACTIONS - guarded == {"teams", "amend", "officers"}  # asked for inside handlers


async def everybody(world: Office) -> dict[str, Somebody]:
    people = {role: await world.staff(role, f"Người {role}") for role in ROLES}
    people[RESIDENT] = world.somebody("resident")
    return people


def test_every_command_asks_for_its_permission(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            for role, person in (await everybody(world)).items():
                for name, command in COMMANDS.items():
                    reply = await person.say(f"/{name}")
                    may = allowed(role, command.action)
                    assert reply.text.startswith(REFUSED) is not may, (role, name)

    run(scenario())


def test_every_choice_asks_for_its_permission(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            for role, person in (await everybody(world)).items():
                for name, choice in CHOICES.items():
                    if name == "forget":
                        continue
                    reply = await person.choose(f"{name}:1")
                    may = allowed(role, choice.action)
                    assert reply.text.startswith(REFUSED) is not may, (role, name)

    run(scenario())


def test_a_right_ends_at_once_also_in_an_open_form(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            boss = await world.staff("administrator", "Bà Quản")
            member = await world.staff("member", "Chị Lan")
            await member.say("/log")
            await member.press("Hỏi tôi từng câu")
            await boss.say("/leave")
            await boss.say("Lan")
            await boss.press("Có, cho thôi")
            reply = await member.say("3")
            assert "không còn dùng được" in reply.text
            assert (await member.say("/log")).text.startswith(REFUSED)

    run(scenario())


@pytest.mark.parametrize("word", ["cán bộ", "chỉ tiêu", "mời", "yêu cầu", "báo cáo tháng 11"])
def test_words_of_the_office_are_ordinary_words_for_residents(
    word: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            reply = await world.somebody("resident").say(word)
            assert not reply.text.startswith(REFUSED)

    run(scenario())
