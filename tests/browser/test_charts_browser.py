"""What a browser makes of the charts and tiles: where bands end, which words stand on each other, what is cut."""

import pytest

from physio.storage.user import LOCAL_USER
from physio.types import FaceReason
from tests.browser.running_app import Server, new_page
from tests.pages.example_sessions import Example, add_session

pytestmark = [pytest.mark.browser, pytest.mark.models]
DAYS_AGO = (120, 119, 118, 118.1, 100, 60, 59.9, 30, 21, 14, 7, 6.9, 1)
BOXES = """elements => elements.map(element => {
    const box = element.getBoundingClientRect();
    return [box.left, box.right, box.top, box.bottom];
})"""
TEXTS = """charts => charts.flatMap(chart => [...chart.querySelectorAll(".mark-text text")]
    .filter(text => text.textContent && text.getAttribute("stroke-width") === null)
    .map(text => {
        const box = text.getBoundingClientRect();
        return [text.textContent, box.left, box.right, box.top, box.bottom];
    }))"""
CUT = """elements => elements.filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1).map(
    one => one.textContent)"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """A server whose P001 was filmed from the wrong side, and whose P002 came thirteen times with either arm,
    and whose P003 turned away for a while."""
    server = Server(tmp_path_factory.mktemp("charts"))
    server.end()
    store = server.store()
    records = store.acting_as(LOCAL_USER)
    wrong = Example(side="left", peak_deg=106, error_deg=7, estimated=True, judged=(2, 5))
    add_session(records, "P001", wrong, "elbow_flexion")
    turned = Example(pspi=5.0, flashes=(6.0,), away=((8.0, 14.0, FaceReason.TURNED_AWAY),), gone=False)
    records.patients.add("P003", "C. Holm")
    add_session(records, "P003", turned)
    for i, days_ago in enumerate(sorted(DAYS_AGO, reverse=True)):
        side = ("left", "right", "both")[i % 3]
        example = Example(side=side, days_ago=days_ago, peak_deg=100 + 2 * i, error_deg=7, judged=(5, 5))
        add_session(records, "P002", example, "elbow_flexion")
    store.close()
    server.start()
    yield server
    server.end()


def opened(server: Server, launch, address: str, width: int = 1280, locale: str = "en-US"):
    page = new_page(launch(), locale)
    page.set_viewport_size({"width": width, "height": 1600})
    page.goto(f"{server.url}/{address}")
    return page


def test_there_is_no_band_where_the_curve_is_estimated(seen, launch):
    page = opened(seen, launch, "review?patient=P001")
    chart = page.locator(".stVegaLiteChart").first
    chart.locator(".mark-area path").first.wait_for(state="attached", timeout=60_000)
    bands = chart.locator(".mark-area path").evaluate_all(BOXES)
    dashed = chart.locator('.mark-line path[stroke-dasharray="3,3"]').evaluate_all(BOXES)
    assert len(dashed) == 5  # one over each repetition
    assert len(bands) == 6  # before, between and after them
    for left, right, *_ in dashed:
        middle = (left + right) / 2
        assert not any(start <= middle <= end for start, end, *_ in bands)


@pytest.mark.parametrize(("width", "locale"), [(1280, "en-US"), (1024, "de-DE")])
def test_angle_pain_and_states_stand_on_one_time_axis(seen, launch, width, locale):
    page = opened(seen, launch, "review?patient=P003", width, locale)
    charts = page.locator(".stVegaLiteChart")
    charts.nth(3).locator(".mark-rect path").first.wait_for(state="attached", timeout=60_000)
    plots = [charts.nth(i).locator("path.background").first.evaluate_all(BOXES)[0] for i in range(4)]
    lefts, rights = ([round(box[side]) for box in plots] for side in (0, 1))
    assert max(lefts) - min(lefts) <= 1
    assert max(rights) - min(rights) <= 1
    assert min(rights) - max(lefts) > 400
    (grey, *_) = charts.nth(1).locator(".mark-rect path").evaluate_all(BOXES)
    assert "Gesicht abgewandt" in charts.nth(1).inner_text() or "face turned away" in charts.nth(1).inner_text()
    lines = charts.nth(1).locator(".mark-line path").evaluate_all(BOXES)
    assert len(lines) == 2
    assert not any(left < (grey[0] + grey[1]) / 2 < right for left, right, *_ in lines)


@pytest.mark.parametrize(("width", "locale"), [(1280, "en-US"), (1024, "de-DE")])
def test_no_words_of_a_trend_stand_on_each_other(seen, launch, width, locale):
    page = opened(seen, launch, "trends?patient=P002", width, locale)
    page.get_by_role("tab").nth(3).wait_for(timeout=60_000)
    for number in range(4):
        page.get_by_role("tab").nth(number).click()
        charts = page.get_by_role("tabpanel").locator(".stVegaLiteChart")  # of the tab that is open
        charts.last.locator(".mark-symbol path").first.wait_for(timeout=30_000)
        texts = charts.evaluate_all(TEXTS)
        assert len(texts) > 10
        assert overlapping(texts) == []


def overlapping(texts: list[list]) -> list[tuple[str, str]]:
    """Pairs of words whose boxes share more than a hair."""
    return [
        (one[0], other[0])
        for i, one in enumerate(texts)
        for other in texts[i + 1 :]
        if min(one[2], other[2]) - max(one[1], other[1]) > 1 and min(one[4], other[4]) - max(one[3], other[3]) > 2
    ]


@pytest.mark.parametrize(("width", "locale"), [(1280, "en-US"), (1280, "de-DE"), (1024, "de-DE")])
def test_nothing_of_the_review_is_cut(seen, launch, width, locale):
    page = opened(seen, launch, "review?patient=P001", width, locale)
    page.locator(".ph-events").wait_for(timeout=60_000)
    assert page.locator(".ph-figures *, .ph-events *, .ph-ledger *").evaluate_all(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
