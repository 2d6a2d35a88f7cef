"""The residents' page in a real browser, talking to the real bot."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

CHAT = re.compile(r"/api/chat\b")
EVENTS = re.compile(r"/api/events\b")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}

pytestmark = pytest.mark.timeout(60)

Opener = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Opener]:
    """Opens pages like a resident's phone would; no script may fail or be refused meanwhile."""
    complaints: list[str] = []
    contexts = []

    def hear(text: str) -> None:
        if "Content Security Policy" in text:
            complaints.append(text)

    def visit(address: str | None = "/", script: str = "", **changes: Any) -> Page:
        looks = {"viewport": PHONE, "locale": "vi-VN", "reduced_motion": "reduce", **changes}
        contexts.append(browser.new_context(**looks))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: hear(message.text))
        if script:
            page.add_init_script(script)
        if address is not None:
            page.goto(at(site, address))
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(visit: Opener) -> Page:
    """A first visit on a small phone, greeted."""
    page = visit()
    expect(answers(page)).to_have_count(1)
    return page


def at(site: str, address: str) -> str:
    return site.rstrip("/") + address


def answers(page: Page) -> Locator:
    return page.locator("#talk > .bot")


def own(page: Page) -> Locator:
    return page.locator("#talk > .me")


def offered(page: Page) -> Locator:
    return page.locator("#talk > .bot.open .option")


def box(page: Page) -> Locator:
    return page.locator("#text")


def write(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")


def asked(page: Page, text: str) -> None:
    """Writes, and waits for the answer."""
    before = answers(page).count()
    write(page, text)
    expect(answers(page).nth(before)).to_be_visible()


def posts(page: Page) -> list[dict[str, str]]:
    """What the page posts from now on."""
    seen: list[dict[str, str]] = []

    def note(request: Request) -> None:
        if CHAT.search(request.url):
            seen.append(request.post_data_json or {})

    page.on("request", note)
    return seen


def answering(*messages: dict[str, Any]) -> Callable[[Route], None]:
    """A server that gives this answer to everything."""
    return lambda route: route.fulfill(json={"messages": list(messages)})


def says(text: str, *labels: str) -> dict[str, Any]:
    return {"text": text, "options": [{"label": label, "value": label} for label in labels]}


# --- The talk ---------------------------------------------------------------------------------


def test_first_visit_is_greeted_with_choices(page: Page) -> None:
    assert offered(page).count() >= 4
    expect(own(page)).to_have_count(0)


def test_words_without_accents_get_an_answer_with_choices(page: Page) -> None:
    asked(page, "cai vneid")
    expect(own(page).locator(".text")).to_have_text("cai vneid")
    expect(offered(page).first).to_be_visible()
    expect(box(page)).to_have_value("")
    expect(box(page)).to_be_focused()


def test_the_send_button_sends_and_leaves_the_focus_for_writing_on(page: Page) -> None:
    box(page).fill("cai vneid")
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(answers(page).nth(1)).to_be_visible()
    expect(box(page)).to_be_focused()


def test_pressing_a_choice_says_it_and_brings_the_next_answer(page: Page) -> None:
    label = offered(page).first.inner_text()
    offered(page).first.click()
    expect(own(page).locator(".text")).to_have_text(label)
    expect(answers(page).nth(1)).to_be_visible()
    expect(answers(page).nth(1).locator(".bubble")).to_be_focused()


def test_pressing_twice_is_pressing_once(page: Page) -> None:
    sent = posts(page)
    offered(page).first.dblclick()
    expect(answers(page).nth(1)).to_be_visible()
    expect(own(page)).to_have_count(1)
    assert len(sent) == 1


def test_old_choices_are_quieter_and_still_work(page: Page) -> None:
    asked(page, "cai vneid")
    expect(page.locator("#talk > .open")).to_have_count(1)
    before = answers(page).count()
    answers(page).first.locator(".option").nth(1).click()
    expect(answers(page).nth(before)).to_be_visible()


def test_what_a_resident_types_is_shown_and_never_run(page: Page) -> None:
    attack = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='x'</script>"
    title = page.title()
    asked(page, attack)
    expect(own(page).locator(".text")).to_have_text(attack)
    expect(page.locator("#talk img, #talk script")).to_have_count(0)
    assert page.title() == title


def test_several_lines_can_be_written_and_are_kept(page: Page) -> None:
    low = box(page).bounding_box()
    box(page).press_sequentially("mot")
    for line in ("hai", "ba", "bon", "nam", "sau", "bay"):
        box(page).press("Shift+Enter")
        box(page).press_sequentially(line)
    high = box(page).bounding_box()
    assert low
    assert high
    assert low["height"] * 2 < high["height"] < low["height"] * 3  # four lines, no more
    box(page).press("Enter")
    assert own(page).locator(".text").inner_text().split("\n")[:2] == ["mot", "hai"]
    assert box(page).bounding_box() == pytest.approx(low, abs=1)


def test_lines_of_an_answer_are_kept(visit: Opener, site: str) -> None:
    page = visit(None)
    page.route(CHAT, answering(says("Cài VNeID\nBước 1\n\n• Mở máy\n• Gõ: VNeID")))
    page.goto(at(site, "/"))
    paragraphs = page.locator("#talk .text p")
    expect(paragraphs).to_have_count(2)
    assert paragraphs.nth(0).inner_text() == "Cài VNeID\nBước 1"
    assert paragraphs.nth(1).inner_text() == "• Mở máy\n• Gõ: VNeID"
    expect(page.locator(".first")).to_have_text("Cài VNeID")


def test_only_government_and_full_addresses_become_links(visit: Opener, site: str) -> None:
    text = (
        "Địa chỉ\ndichvucong.gov.vn, vneid.gov.vn. (https://example.org/a?b=1) 113, 1900 0368\n"
        "dichvucong.gov.vn.example.com a@haiphong.gov.vn dichvucong-gov.vn javascript:alert(1)"
    )
    page = visit(None)
    page.route(CHAT, answering(says(text)))
    page.goto(at(site, "/"))
    expect(page.locator("#talk .text")).to_have_text(text)
    links = page.locator("#talk a")
    found = [str(link.get_attribute("href")) for link in links.all()]
    assert found == [
        "https://dichvucong.gov.vn",
        "https://vneid.gov.vn",
        "https://example.org/a?b=1",
    ]
    expect(links.first).to_have_attribute("rel", "noopener noreferrer")


def test_attachments_are_shown_or_offered(visit: Opener, site: str) -> None:
    picture = {"kind": "image", "name": "Màn hình VNeID", "url": "/static/vneid.png"}
    paper = {"kind": "file", "name": "huong-dan.pdf", "url": "/files/huong-dan.pdf"}
    trap = {"kind": "file", "name": "bay.pdf", "url": "javascript:alert(1)"}
    page = visit(None)
    page.route(
        CHAT, answering(*({**says("Xem"), "attachment": it} for it in (picture, paper, trap)))
    )
    page.goto(at(site, "/"))
    expect(page.get_by_role("img", name="Màn hình VNeID")).to_have_count(1)
    expect(page.get_by_role("link", name="huong-dan.pdf")).to_have_attribute("href", paper["url"])
    expect(page.get_by_text("bay.pdf")).to_be_visible()
    expect(page.get_by_role("link", name="bay.pdf")).to_have_count(0)


# --- What is kept -----------------------------------------------------------------------------


def test_reload_keeps_the_talk_and_posts_nothing(page: Page) -> None:
    asked(page, "cai vneid")
    said = page.locator("#talk").inner_text()
    sent = posts(page)
    page.reload()
    expect(own(page)).to_have_count(1)
    assert page.locator("#talk").inner_text() == said
    asked(page, "xin chao")
    assert [post.get("text") for post in sent] == ["xin chao"]


def test_only_the_last_two_hundred_messages_are_kept(visit: Opener, site: str) -> None:
    page = visit(None)
    page.route(CHAT, answering(*(says(f"Tin {n}") for n in range(230))))
    page.goto(at(site, "/"))
    expect(answers(page)).to_have_count(200)
    expect(answers(page).last).to_contain_text("Tin 229")
    page.reload()
    expect(answers(page)).to_have_count(200)


def test_the_talk_is_cleared_only_after_asking(page: Page) -> None:
    asked(page, "cai vneid")
    clear = page.get_by_role("button", name="Xóa cuộc trò chuyện trên máy này")
    clear.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(own(page)).to_have_count(1)
    clear.click()
    page.locator("#erase").click()
    expect(own(page)).to_have_count(0)
    expect(answers(page)).to_have_count(1)
    assert offered(page).count() >= 4
    assert "cai vneid" not in page.evaluate("JSON.stringify(localStorage)")


def test_works_where_nothing_can_be_kept(visit: Opener) -> None:
    refuse = "{ get() { throw new DOMException('refused', 'SecurityError'); } }"
    page = visit(script=f"Object.defineProperty(window, 'localStorage', {refuse});")
    expect(answers(page)).to_have_count(1)
    asked(page, "cai vneid")
    expect(own(page)).to_have_count(1)
    page.locator("#large").click()
    expect(page.locator("#large")).to_have_attribute("aria-pressed", "true")


def test_two_tabs_show_one_talk(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    expect(answers(other)).to_have_count(1)
    asked(page, "cai vneid")
    expect(own(other)).to_have_count(1)
    expect(answers(other)).to_have_count(answers(page).count())


def test_a_qr_code_starts_with_its_payload_and_leaves_the_address(visit: Opener, site: str) -> None:
    page = visit(None)
    sent = posts(page)
    page.goto(at(site, "/?lang=vi&start=g-vneid-install"))
    expect(answers(page).first).to_be_visible()
    assert [post.get("text") for post in sent] == ["/start g-vneid-install"]
    expect(page).to_have_url(at(site, "/?lang=vi"))
    expect(own(page)).to_have_count(0)


# --- When the network is bad --------------------------------------------------------------------


def test_a_failed_post_is_repeated_with_the_same_id(page: Page) -> None:
    sent = posts(page)
    page.route(CHAT, lambda route: route.abort(), times=1)
    asked(page, "cai vneid")
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert len(sent[0]["id"]) >= 16
    expect(own(page)).to_have_count(1)


def test_a_server_in_trouble_leaves_a_button_to_send_again(page: Page) -> None:
    sent = posts(page)
    page.route(CHAT, lambda route: route.fulfill(status=503), times=3)
    write(page, "cai vneid")
    expect(page.locator("#status")).to_have_text("Đang gửi lại…")
    page.get_by_role("button", name="Gửi lại").click(timeout=15_000)
    expect(answers(page)).to_have_count(2)
    expect(page.get_by_role("button", name="Gửi lại")).to_be_hidden()
    assert len(sent) == 4
    assert len({post["id"] for post in sent}) == 1


def test_a_message_written_without_network_goes_when_it_is_back(page: Page) -> None:
    page.context.set_offline(True)
    write(page, "cai vneid")
    banner = page.get_by_text("Mất mạng. Tin sẽ gửi khi có mạng lại.")
    expect(banner).to_be_visible()
    page.context.set_offline(False)
    expect(answers(page)).to_have_count(2)
    expect(banner).to_be_hidden()


def test_a_message_survives_closing_the_page_before_it_was_sent(page: Page) -> None:
    sent = posts(page)
    page.route(CHAT, lambda route: route.abort())
    with page.expect_request(CHAT):
        write(page, "cai vneid")
    page.unroute(CHAT)
    page.reload()
    expect(answers(page)).to_have_count(2)
    assert len({post["id"] for post in sent}) == 1


def test_a_refusal_is_said_by_the_assistant_and_not_repeated(page: Page) -> None:
    sent = posts(page)
    refusal = {"error": "Bác nhắn nhanh quá. Bác đợi một phút nhé."}
    page.route(CHAT, lambda route: route.fulfill(status=429, json=refusal), times=1)
    asked(page, "cai vneid")
    expect(answers(page).last).to_contain_text(refusal["error"])
    assert len(sent) == 1
    asked(page, "cai vneid")


def test_waiting_is_shown_and_announced(page: Page) -> None:
    held: list[Route] = []
    page.route(CHAT, lambda route: held.append(route), times=1)
    write(page, "cai vneid")
    expect(page.get_by_role("status").filter(has_text="…")).to_be_visible()
    held[0].continue_()
    expect(answers(page)).to_have_count(2)
    expect(page.locator("#status")).to_be_empty()


# --- Messages that come by themselves -------------------------------------------------------------


def test_events_wait_for_the_first_answer_and_are_shown_once(visit: Opener, site: str) -> None:
    message = json.dumps(says("Cô Lan sẽ gọi cho bác."))
    stream = f"retry: 50\n\nid: 7\nevent: message\ndata: {message}\n\n"
    page = visit(None)
    called: list[str] = []
    page.on("request", lambda request: called.append(request.url))
    page.route(EVENTS, lambda route: route.fulfill(content_type="text/event-stream", body=stream))
    page.goto(at(site, "/"))
    expect(page.get_by_text("Cô Lan")).to_be_visible()
    api = [url for url in called if CHAT.search(url) or EVENTS.search(url)]
    assert CHAT.search(api[0])
    with page.expect_request(EVENTS):
        pass
    with page.expect_request(EVENTS):
        pass
    expect(page.get_by_text("Cô Lan")).to_have_count(1)
    page.reload()
    with page.expect_request(EVENTS):
        pass
    expect(page.get_by_text("Cô Lan")).to_have_count(1)


# --- For everybody --------------------------------------------------------------------------------


def test_the_keyboard_is_enough(page: Page) -> None:
    def tab_to(target: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("target => document.activeElement.matches(target)", target):
                return
        raise AssertionError(f"Tab never came to {target}")

    tab_to(".open .option")
    page.keyboard.press("Enter")
    expect(answers(page).nth(1).locator(".bubble")).to_be_focused()
    before = answers(page).count()
    tab_to("#text")
    page.keyboard.type("cai vneid")
    page.keyboard.press("Enter")
    expect(answers(page).nth(before)).to_be_visible()
    expect(own(page)).to_have_count(2)


def test_the_skip_link_leads_to_the_message_box(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()


def test_names_are_there_for_screen_readers(page: Page) -> None:
    asked(page, "cai vneid")
    expect(page.get_by_role("banner")).to_match_aria_snapshot("""
        - heading "Tổ Số" [level=1]
        - navigation "Ngôn ngữ":
          - link "Tiếng Việt"
          - link "English"
        - button "Chữ to"
    """)
    expect(page.get_by_role("form")).to_match_aria_snapshot("""
        - form "Nhắn cho trợ lý":
          - textbox "Câu hỏi của bác"
          - button "Gửi"
    """)
    log = page.get_by_role("log", name="Cuộc trò chuyện")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(own(page)).to_contain_text("Bác: cai vneid")
    expect(answers(page).last).to_contain_text("Trợ lý:")


def test_the_page_speaks_english_too(visit: Opener) -> None:
    page = visit("/?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="English")).to_have_attribute("aria-current", "true")


def test_changing_the_language_changes_the_talk_too(page: Page) -> None:
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("log")).to_contain_text("I am an automatic assistant")


def test_large_type_is_remembered(page: Page) -> None:
    size = "parseFloat(getComputedStyle(document.querySelector('.bubble')).fontSize)"
    normal = page.evaluate(size)
    page.get_by_role("button", name="Chữ to").click()
    expect(page.locator("#large")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(size) == pytest.approx(normal * 1.35, abs=0.1)
    page.reload()
    expect(page.locator("#large")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(size) == pytest.approx(normal * 1.35, abs=0.1)
    page.locator("#large").click()
    assert page.evaluate(size) == normal


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_scrolls_sideways(visit: Opener, width: int, large: bool) -> None:
    page = visit(viewport={"width": width, "height": 740})
    expect(answers(page)).to_have_count(1)
    if large:
        page.locator("#large").click()
    asked(page, "cai vneid")
    asked(page, "khongcodaucach" * 20)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_choices_are_big_enough_for_thumbs(page: Page) -> None:
    asked(page, "cai vneid")
    boxes = [button.bounding_box() for button in page.locator("#talk .option").all()]
    assert all(it and it["height"] >= 48 and it["width"] >= 300 for it in boxes)


def test_a_long_answer_is_shown_from_its_beginning(page: Page) -> None:
    page.route(CHAT, answering(says("Dòng\n" * 60, "Tiếp")))
    asked(page, "cai vneid")
    bar = page.get_by_role("banner").bounding_box()
    top = answers(page).last.bounding_box()
    assert bar
    assert top
    assert 0 <= top["y"] - (bar["y"] + bar["height"]) < 48


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_no_barrier_is_found(
    visit: Opener, screen: dict[str, int], scheme: str, large: bool
) -> None:
    page = visit(viewport=screen, color_scheme=scheme)
    expect(answers(page)).to_have_count(1)
    if large:
        page.locator("#large").click()
    asked(page, "cai vneid")
    offered(page).first.click()
    expect(own(page)).to_have_count(2)
    expect(page.locator("#status")).to_be_empty()
    no_violation(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_is_found_in_trouble(visit: Opener, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    expect(answers(page)).to_have_count(1)
    page.context.set_offline(True)
    write(page, "cai vneid")
    expect(page.get_by_role("button", name="Gửi lại")).to_be_visible()
    no_violation(page)
    page.locator("#clear").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    no_violation(page)


def no_violation(page: Page) -> None:
    """WCAG A and AA, and 7:1 for text."""
    rules = {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}
    results = Axe().run(page, options={"resultTypes": ["violations"], "rules": rules})
    assert results.violations_count == 0, results.generate_report()


def test_without_javascript_the_page_says_what_to_do(visit: Opener) -> None:
    page = visit(java_script_enabled=False)
    expect(page.locator("noscript p")).to_be_visible()
    for useless in ("#form", "#large", ".skip"):
        expect(page.locator(useless)).to_be_hidden()


def test_prints_the_talk_only(page: Page) -> None:
    asked(page, "cai vneid")
    page.emulate_media(media="print")
    expect(own(page)).to_be_visible()
    for hidden in ("header", "#form", "#clear", "#talk .option >> nth=0"):
        expect(page.locator(hidden)).to_be_hidden()


def test_the_page_is_light_and_comes_from_one_place(visit: Opener, site: str) -> None:
    page = visit(None)
    sizes: dict[str, int] = {}
    called: list[str] = []
    page.on("request", lambda request: called.append(request.url))
    for name in ("/", "/static/chat.css", "/static/chat.js"):
        sizes[name] = len(page.request.get(at(site, name)).body())
    page.goto(at(site, "/"))
    expect(answers(page)).to_have_count(1)
    assert sum(sizes.values()) < 60_000, sizes
    assert all(url.startswith((at(site, "/"), "data:")) for url in called), called
