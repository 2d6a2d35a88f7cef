"""The methods of the OpenAPI by path; sending stands in zalo_oa_sends.py."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from .zalo_faults import Json
from .zalo_oa_sends import send_to_group, send_to_person, template_to_phone, template_to_user
from .zalo_oa_wire import OaError, Params, Upload
from .zalo_oa_world import Person, World

MEGABYTE = 1 << 20
IMAGE_LIMIT, FILE_LIMIT = MEGABYTE, 5 * MEGABYTE
PAGE = 50
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
PAPERS = (".pdf", ".doc", ".docx")

Method = Callable[[World, Params], Any]


# --- uploads (2.5) ------------------------------------------------------------------------------


def upload_image(world: World, params: Params) -> Json:
    file = _file(params, IMAGE_LIMIT)
    if not file.data.startswith(PICTURES):
        raise OaError(-201, "file is not jpg or png")
    return {"attachment_id": world.keep("image", file.filename, file.data)}


def upload_gif(world: World, params: Params) -> Json:
    file = _file(params, FILE_LIMIT)
    if not file.data.startswith(b"GIF8"):
        raise OaError(-201, "file is not gif")
    return {"attachment_id": world.keep("gif", file.filename, file.data)}


def upload_file(world: World, params: Params) -> Json:
    file = _file(params, FILE_LIMIT)
    if not file.filename.lower().endswith(PAPERS):
        raise OaError(-201, "file is not pdf, doc or docx")
    return {"token": world.keep("file", file.filename, file.data)}


def _file(params: Params, limit: int) -> Upload:
    file = params.get("file")
    if not isinstance(file, Upload) or not file.data:
        raise OaError(-201, "file is missing")
    if len(file.data) > limit:
        raise OaError(-210, "file is too large")
    return file


# --- people and tags (2.6) ----------------------------------------------------------------------


def detail(world: World, params: Params) -> Json:
    person = world.known(params.get("user_id"))
    if world.options.followers_only and not person.follows:
        raise OaError(-213)
    last = person.interacted.astimezone(world.local().tzinfo) if person.interacted else None
    return {
        "user_id": person.id,
        "user_id_by_app": by_app(person.id),
        "user_external_id": "",
        "display_name": f"Bác {person.id[-2:]}",
        "user_alias": f"Bác {person.id[-2:]}",
        "is_sensitive": False,
        "user_last_interaction_date": last.strftime("%d/%m/%Y") if last else "",
        "user_is_follower": person.follows,
        **_pictures(),
        "tags_and_notes_info": {"notes": [], "tag_names": list(person.tags)},
        "shared_info": _shared(person),
    }


def _pictures() -> Json:
    sizes = {size: f"https://s{size}.example.zdn.vn/a.jpg" for size in ("120", "240")}
    return {"avatar": sizes["120"], "avatars": sizes}


def _shared(person: Person) -> Json:
    return {key: "" for key in ("address", "city", "district", "phone", "name")} | person.info


def by_app(user: str) -> str:
    """The id under which the app knows somebody: another one than the OA's."""
    return f"361137{user[6:]}"


def people(world: World, params: Params) -> Json:
    offset, size = params.get("offset", 0), params.get("count", PAGE)
    if not isinstance(offset, int) or not isinstance(size, int) or not 0 < size <= PAGE:
        raise OaError(-210, "offset or count is out of range")
    ids = list(world.people)
    some = [{"user_id": user} for user in ids[offset : offset + size]]
    return {"total": len(ids), "count": len(some), "offset": offset, "users": some}


def tag(world: World, params: Params) -> Json:
    person, name = world.known(params.get("user_id")), _tag_name(params)
    if name not in person.tags:
        person.tags.append(name)
    return {}


def untag(world: World, params: Params) -> Json:
    person, name = world.known(params.get("user_id")), _tag_name(params)
    person.tags = [tag for tag in person.tags if tag != name]
    return {}


def tags(world: World, params: Params) -> list[str]:
    return sorted({tag for person in world.people.values() for tag in person.tags})


def remove_tag(world: World, params: Params) -> Json:
    name = _tag_name(params)
    for person in world.people.values():
        person.tags = [tag for tag in person.tags if tag != name]
    return {}


def _tag_name(params: Params) -> str:
    name = params.get("tag_name")
    if not isinstance(name, str) or not name:
        raise OaError(-201, "tag_name is invalid")
    return name


# --- the account --------------------------------------------------------------------------------


def account(world: World, params: Params) -> Json:
    ends = world.local() + timedelta(days=365)
    return {
        "oaid": world.oa_id,
        "name": "UBND phường An Hòa",
        "oa_alias": "phuonganhoa",
        "is_verified": True,
        "oa_type": world.options.oa_type,
        "num_follower": sum(person.follows for person in world.people.values()),
        "package_name": world.options.package,
        "package_valid_through_date": ends.strftime("%d/%m/%Y"),
        "linked_zca": "",
    }


def quota(world: World, params: Params) -> list[Json]:
    """The shape of this answer is not known (facts/zalo.md, 2.6)."""
    if "user_id" in params:
        world.known(params["user_id"])
    elif params.get("quota_owner") not in {"OA", "App"} or not params.get("product_type"):
        raise OaError(-201, "quota_owner or product_type is invalid")
    number, total = world.options.number, world.options.consultations
    left = {"total": number(total), "remain": number(max(0, total - world.counted))}
    return [{"product_type": "cs", "quota_type": "sub_quota", **left}]


def templates(world: World, params: Params) -> list[Json]:
    known = world.options.templates.items()
    return [{"templateId": name, "status": "ENABLE", **given} for name, given in known]


def groups(world: World, params: Params) -> Json:
    offset, size = int(params.get("offset", 0)), int(params.get("count", PAGE))
    ours = [group for group in world.groups.values() if group.member and not group.expired]
    some = [{"group_id": group.id, "name": group.name} for group in ours[offset : offset + size]]
    return {"groups": some, "total": len(ours)}


def shut_down(world: World, params: Params) -> Json:
    raise OaError(-240)


METHODS: dict[tuple[str, str], Method] = {
    ("POST", "/v3.0/oa/message/cs"): send_to_person,
    ("POST", "/v3.0/oa/message/template"): template_to_user,
    ("POST", "/message/template"): template_to_phone,
    ("GET", "/template/all"): templates,
    ("POST", "/v3.0/oa/group/message"): send_to_group,
    ("GET", "/v3.0/oa/group/getgroupsofoa"): groups,
    ("POST", "/v2.0/oa/upload/image"): upload_image,
    ("POST", "/v2.0/oa/upload/gif"): upload_gif,
    ("POST", "/v2.0/oa/upload/file"): upload_file,
    ("GET", "/v3.0/oa/user/detail"): detail,
    ("GET", "/v3.0/oa/user/getlist"): people,
    ("GET", "/v2.0/oa/getoa"): account,
    ("POST", "/v3.0/oa/quota/message"): quota,
    ("POST", "/v2.0/oa/tag/tagfollower"): tag,
    ("POST", "/v2.0/oa/tag/rmfollowerfromtag"): untag,
    ("GET", "/v2.0/oa/tag/gettagsofoa"): tags,
    ("POST", "/v2.0/oa/tag/rmtag"): remove_tag,
    ("POST", "/v2.0/oa/message"): shut_down,
}
BUSINESS = {"/message/template", "/template/all"}
"""Of the host business.openapi.zalo.me."""
