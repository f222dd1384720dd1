"""Whatever people type is shown as they typed it: nothing comes of it in a page, and no browser asks anybody for it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from physio.exercise.definition import LIBRARY, parse_exercise
from physio.storage.records import PatientDetails
from physio.storage.user import LOCAL_USER
from physio.ui.server import HEADERS
from tests.browser.running_app import Server, new_page
from tests.pages.example_sessions import Example, add_session

pytestmark = [pytest.mark.browser, pytest.mark.models]
LINKS = "![x](http://evil.test/a.png) [l](http://evil.test) https://evil.test www.e.test"
MARKS = "**b** _i_ $x^2$ :smile: :material/home: :red[r] `c` ~~s~~ <b>t</b> -> a@e.test"
LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft"[:80]
SIGNS = "100. Straße 1:100: pain >= 5 <= 7 ~= 6 -- x"
HTML = "<img src=http://evil.test/b onerror=alert(1)><script>alert(2)</script> # &amp;"
PATIENTS = {"_P-1_": LINKS, "__P2__": MARKS, "P3": LONG, "P.4-": HTML, "P5": SIGNS}
MADE_SIGNS = ("😄", "💯", "←", "→", "pain ≥", "5 ≤", "7 ≈", "6 —")
PAGES = ("", "upload", "review", "trends", "patients", "about")
SETTLE_MS = 2000
MADE = """() => {
    const made = 'a[href*="evil"], a[href^=mailto], img, .katex, em, del, ol, script:not([src]), b[title], h1 a, hr';
    const where = document.querySelectorAll('.stMain, [role=dialog], [role=tooltip], [role=listbox], .stToast');
    return [...where].flatMap(one => [...one.querySelectorAll(made)].map(two => two.outerHTML.slice(0, 300)));
}"""


def hostile(text: str) -> str:
    """An exercise of somebody's own, all of whose texts are this one."""
    source = (LIBRARY / "squat.toml").read_text(encoding="utf-8")
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    own = f'label = "{quoted}"\ncue = "{quoted[:60]}"\n'
    return f'name = "{quoted}"\ninstruction = "{quoted}"\n' + re.sub(
        r'(\[\[criteria\]\]\nid = "\w+"\n)', lambda found: found[1] + own, source
    )


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Server]:
    """A server in which every text that somebody can write is one that Markdown, HTML or LaTeX would make something
    of."""
    server = Server(tmp_path)
    server.end()
    store = server.store()
    records = store.acting_as(LOCAL_USER)
    for code, name in PATIENTS.items():
        records.patients.add(code, name, PatientDetails(about=f"{name} {MARKS}"[:200]))
        example = Example(
            exercise=parse_exercise(hostile(name), "squat"), video_name=f"{name}.mp4".replace("/", ":"), remark=name
        )
        session_id = add_session(records, code, example)
        records.sessions.set_note(session_id, f"{name}\n\n{MARKS}\n\n- x\n- y")
        records.sessions.add_event(session_id, 1.0, "mark", name)
    store.close()
    server.start()
    yield server
    server.end()


@pytest.fixture
def page(full: Server, launch) -> Iterator[Page]:
    """Its requests, with those to others, are in `page.foreign`; dialogs of the browser itself in `page.alerts`."""
    page = new_page(launch())
    page.foreign, page.alerts = [], []
    page.on("request", lambda asked: None if _own(asked.url, full) else page.foreign.append(asked.url))
    page.on("dialog", lambda alert: (page.alerts.append(alert.message), alert.dismiss()))
    yield page
    assert page.foreign == []
    assert page.alerts == []


def _own(url: str, server: Server) -> bool:
    return re.match(rf"(https?|wss?)://localhost:{server.port}/|data:|blob:", url) is not None


def made_of_text(page: Page) -> list[str]:
    page.wait_for_timeout(SETTLE_MS)
    shown = page.locator(".stMain").inner_text()
    return [*page.evaluate(MADE), *(sign for sign in MADE_SIGNS if sign in shown)]


def typed(page: Page) -> str:
    """The page's text without the signs that nobody sees."""
    return page.locator("body").inner_text().replace("\N{WORD JOINER}", "")


def opened(page: Page, full: Server, address: str) -> None:
    page.goto(f"{full.url}/{address}")
    page.locator("h1").first.wait_for(timeout=40_000)
    page.get_by_role("combobox", name="Patient").wait_for()


@pytest.mark.parametrize("code", list(PATIENTS))
def test_on_every_page_text_is_text(page, full, code):
    found = {}
    for path in PAGES:
        opened(page, full, f"{path}?patient={code}")
        found[path] = made_of_text(page)
        assert page.get_by_role("combobox", name="Patient").input_value() == f"{code} · {PATIENTS[code]}"
        wide = page.evaluate(
            "document.querySelector('.stMain').scrollWidth - document.querySelector('.stMain').clientWidth"
        )
        assert wide <= 0, f"{path} is wider than its window"
    assert {path: made for path, made in found.items() if made} == {}


def test_in_every_dialog_text_is_text(page, full):
    code = "__P2__"
    opened(page, full, f"patients?patient={code}")
    for button in (f"Edit {code}", f"Delete {code}"):
        page.get_by_role("button", name=button).click()
        page.get_by_role("dialog").wait_for()
        assert made_of_text(page) == [], button
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")
    opened(page, full, f"review?patient={code}")
    for key in ("edit", "move", "delete"):
        page.locator(f".st-key-{key}_session button").click()
        page.get_by_role("dialog").wait_for()
        assert made_of_text(page) == [], key
        assert MARKS in typed(page), key
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")


def test_a_file_that_is_refused_is_named_as_it_is_called(page, full, tmp_path):
    name = "![x](b.png) **b** $x^2$ :smile: www.evil.test _i_.mp4"
    (tmp_path / name).write_bytes(b"no video at all")
    opened(page, full, "upload?patient=P3")
    page.locator('input[type="file"]').set_input_files(tmp_path / name)
    page.get_by_role("alert").first.wait_for(timeout=30_000)
    assert made_of_text(page) == []
    assert name in typed(page)


def test_an_address_is_text_too(page, full):
    opened(page, full, f"trends?patient={MARKS.replace('#', '')}")
    page.get_by_text("There is no patient").wait_for()
    assert made_of_text(page) == []
    assert "**b** _i_ $x^2$" in typed(page)


def test_the_policy_stops_what_a_text_would_still_ask_for(page, full):
    answer = page.goto(f"{full.url}/about")
    assert {name.lower(): value for name, value in HEADERS.items()}.items() <= answer.headers.items()
    page.locator("h1").first.wait_for(timeout=40_000)
    refused = page.evaluate("""() => new Promise((done) => {
        document.addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective));
        document.body.append(Object.assign(new Image(), {src: "http://evil.test/a.png"}));
        setTimeout(() => done("nothing was refused"), 5000);
    })""")
    assert refused == "img-src"
    page.foreign.clear()  # Chromium names a request that its policy then refuses
