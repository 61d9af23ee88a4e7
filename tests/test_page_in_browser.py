"""The page in a real browser: searched, sorted, filtered, folded, linked to, printed; no name harms it."""

import re
from itertools import product
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from page_data import Data, call, graph, page, statistics, variable

if TYPE_CHECKING:
    from browser import OpenPage
    from playwright.sync_api import Locator, Page

pytest_plugins = ["browser"]

TIMES = "\N{MULTIPLICATION SIGN}"

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

DRAWING = """
<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100">
  <style>
    svg { --ink: #222 }
    @media (prefers-color-scheme: dark) { svg { --ink: #eee } }
    text { fill: var(--ink) }
  </style>
  <g class="box" data-path="critic">
    <rect width="90" height="90" fill="none" stroke="gray"/><text y="20">critic</text>
    <g class="variable" data-name="critic/kernel">
      <title>critic/kernel (64, 1)</title><text y="40">kernel</text>
    </g>
  </g>
  <g class="call" data-call="3"><title>fake</title><text x="200" y="40">fake</text></g>
</svg>
"""  # in the form that the page's contract gives


def gan() -> Data:
    """Return a graph in which two calls share a critic, and a third is refused."""
    variables = [
        variable("maker/kernel", (16, 64), calls=[0]),
        variable("maker/bias", (64,), calls=[1]),
        variable("critic/kernel", (64, 1), calls=[2, 3]),
        variable("critic/steps", (), dtype="int64", trainable=False, role="step", bytes=8),
        variable("table", None, trainable=None, role="statistic"),
    ]
    calls = [
        call(0, "kernel", "maker", variable=0, value="[[1. 2.]\n [3. 4.]]", why=["Nothing had that name."]),
        call(1, "bias", "maker", variable=1, uses=[{"place": "net.py:40:1", "op": "MatMul"}]),
        call(2, "kernel", "critic", variable=2, label="real"),
        call(
            3,
            "kernel",
            "critic",
            variable=2,
            label="fake",
            outcome="reused",
            reuse="True",
            reuse_set_at="net.py:9:3",
            first_call=2,
            source_line="k = tf.get_variable('kernel')",
        ),
        call(4, "kernel", "maker", outcome="raised", variable_name="maker/kernel", problem=0),
    ]
    problems = [
        {
            "code": "SC101",
            "severity": "error",
            "what": "TensorFlow refused a call.",
            "message": "Variable maker/kernel already exists,\ndisallowed.",
            "place": "net.py:5:1",
            "notes": [{"place": "net.py:1:1", "message": "it was created here"}],
            "help": "open the scope with reuse: true",
        },
        {
            "code": "SC405",
            "severity": "warning",
            "what": "A scope is suspect.",
            "message": "critic is opened twice",
            "place": "net.py:9:1",
            "notes": [],
            "help": "",
        },
    ]
    return graph(variables, calls, problems=problems, drawing=DRAWING, title="A small GAN")


def blocks(count: int) -> Data:
    """Return a graph of so many variables, in blocks of ten, each made by a call."""
    variables = [variable(f"model/h{at // 10}/w{at % 10}", (at + 1,), calls=[at]) for at in range(count)]
    calls = [call(at, f"w{at % 10}", f"model/h{at // 10}", variable=at) for at in range(count)]
    return graph(variables, calls)


def rows(tab: "Page") -> "Locator":
    """Return the rows of the table of variables that are made."""
    return tab.locator("table.variables tbody tr[data-index]")


def names(tab: "Page") -> list[str]:
    """Return the names in the table, in order."""
    return rows(tab).locator(".row-link").all_text_contents()


def headers(tab: "Page") -> "Locator":
    """Return the headers of the table."""
    return tab.get_by_role("columnheader")


def sort_by(tab: "Page", column: str) -> None:
    """Click the header of a column."""
    tab.locator(f"th[data-column='{column}'] button").click()


def tree_items(tab: "Page") -> list[str]:
    """Return the labels of the tree's rows, in order."""
    return tab.get_by_role("treeitem").locator("a").all_text_contents()


def marked(tab: "Page", part: str) -> "Locator":
    """Return what is marked in a part of the page."""
    return tab.locator(f"[data-part='{part}'] [aria-current='true']")


def test_search(open_page: "OpenPage") -> None:
    """Every word must be in a name, in letters of either case; how many match is said, and that none does."""
    tab = open_page(page(gan()))
    tab.keyboard.press("/")
    search = tab.get_by_label("Search names")
    expect(search).to_be_focused()
    tab.keyboard.type("kernel Cri")
    expect(rows(tab)).to_have_count(1)
    assert names(tab) == ["critic/kernel"]
    expect(tab.locator("output").first).to_have_text("1 of 5 variables: 64 parameters, 256 bytes")
    search.fill("nowhere")
    expect(tab.locator("output").first).to_have_text("No variable matches.")
    tab.get_by_role("button", name="Show all").click()
    expect(rows(tab)).to_have_count(5)
    expect(search).to_have_value("")
    expect(tab.locator("output").first).to_have_text("5 variables")


def test_a_slash_is_typed_where_one_types(open_page: "OpenPage") -> None:
    """In a field, `/` is a character."""
    tab = open_page(page(gan()))
    scope = tab.get_by_label("in scope")
    scope.click()
    tab.keyboard.type("critic/")
    expect(scope).to_have_value("critic/")
    expect(rows(tab)).to_have_count(2)


def test_sort(open_page: "OpenPage") -> None:
    """A column sorts upwards, downwards, not at all; numbers in names as numbers, what is unknown last."""
    variables = [variable(f"h{at}", shape) for at, shape in [(10, (5,)), (2, None), (1, (9,)), (3, (7,))]]
    tab = open_page(page(graph(variables)))
    sort_by(tab, "name")
    assert names(tab) == ["h1", "h2", "h3", "h10"]
    sort_by(tab, "bytes")
    expect(tab.locator("th[data-column='bytes']")).to_have_attribute("aria-sort", "ascending")
    expect(tab.locator("th[data-column='name']")).to_have_attribute("aria-sort", "none")
    assert names(tab) == ["h10", "h3", "h1", "h2"]
    sort_by(tab, "bytes")
    expect(tab.locator("th[data-column='bytes']")).to_have_attribute("aria-sort", "descending")
    assert names(tab) == ["h1", "h3", "h10", "h2"]
    expect(tab.locator("th[data-column='bytes'] button")).to_be_focused()
    sort_by(tab, "bytes")
    assert names(tab) == ["h10", "h2", "h1", "h3"]


@pytest.mark.parametrize(
    ("label", "choice", "found"),
    [
        ("role", "step", ["critic/steps"]),
        ("dtype", "int64", ["critic/steps"]),
        ("trainable", "not trainable", ["critic/steps"]),
        ("trainable", "not known", ["table"]),
    ],
)
def test_choices(label: str, choice: str, found: list[str], open_page: "OpenPage") -> None:
    """A choice has what the variables have, with counts."""
    tab = open_page(page(gan()))
    tab.get_by_role("combobox", name=label, exact=True).select_option(label=f"{choice} (1)")
    assert names(tab) == found


def test_filters_together(open_page: "OpenPage") -> None:
    """Filters add up, and are taken away together."""
    tab = open_page(page(gan()))
    tab.get_by_label("used from several places").check()
    assert names(tab) == ["critic/kernel"]
    tab.get_by_label("in scope").fill("maker")
    assert names(tab) == []
    tab.get_by_role("button", name="Show all").click()
    assert len(names(tab)) == 5
    expect(tab.get_by_label("used from several places")).not_to_be_checked()


def test_no_filter_without_a_difference(open_page: "OpenPage") -> None:
    """Where all variables have the same, there is nothing to choose."""
    tab = open_page(page(graph([variable("a"), variable("b")])))
    assert tab.locator("form select, form [type=checkbox]").count() == 0


def test_columns(open_page: "OpenPage") -> None:
    """Columns are aligned by what they have, numbers have separators, and one chooses which are seen."""
    tab = open_page(page(blocks(1_234)))
    assert headers(tab).all_text_contents() == "name shape dtype trainable role elements bytes calls".split()
    sort_by(tab, "bytes")
    sort_by(tab, "bytes")
    cell = rows(tab).first.locator("[data-column='bytes']")
    expect(cell).to_have_text("4,936")
    expect(cell).to_have_css("text-align", "right")
    tab.get_by_text("Columns").click()
    tab.get_by_label("kind").check()
    tab.get_by_label("role", exact=True).uncheck()
    assert headers(tab).all_text_contents() == "name shape dtype trainable elements bytes calls kind".split()
    expect(rows(tab).first.locator("[data-column='kind']")).to_have_text("ref")


def test_who_shares(open_page: "OpenPage") -> None:
    """A shared variable says by how many calls, its details by which, and these are links."""
    tab = open_page(page(gan()), "#critic/kernel")
    expect(marked(tab, "variables").locator("[data-column='calls']")).to_contain_text(f"{TIMES}2")
    details = tab.locator("tr.details")
    expect(details).to_contain_text("shared by 2 calls")
    details.get_by_role("link", name="fake").click()
    expect(marked(tab, "calls")).to_contain_text("fake")
    assert tab.evaluate("location.hash") == "#call-3"


def test_fold(open_page: "OpenPage") -> None:
    """Scopes fold by a click and all together; a scope of nothing but a scope is one row with it."""
    tab = open_page(page(graph([variable("a/b/c/w"), variable("a/b/v"), variable("top")])))
    assert tree_items(tab) == ["a/b/", "c/", "w", "v", "top"]
    tab.locator(".fold").first.click()
    assert tree_items(tab) == ["a/b/", "top"]
    tab.get_by_role("button", name="Unfold all").click()
    assert tree_items(tab) == ["a/b/", "c/", "w", "v", "top"]
    tab.get_by_role("button", name="Fold all", exact=True).click()
    assert tree_items(tab) == ["a/b/", "top"]


def test_tree_by_keys(open_page: "OpenPage") -> None:
    """The arrow keys go through the tree as the ARIA tree pattern has it; Enter follows the link."""
    tab = open_page(page(gan()))
    items = tab.get_by_role("treeitem")
    expect(tab.locator("[role=treeitem][tabindex='0']")).to_have_count(1)
    items.first.focus()
    for key, label in [
        ("ArrowRight", "kernel"),
        ("ArrowLeft", "maker/"),
        ("ArrowLeft", "maker/"),
        ("ArrowLeft", "maker/"),
        ("ArrowDown", "critic/"),
        ("End", "table"),
        ("Home", "maker/"),
        ("ArrowRight", "maker/"),
        ("ArrowDown", "kernel"),
    ]:
        tab.keyboard.press(key)
        expect(tab.locator("[role=treeitem]:focus a")).to_have_text(label)
    expect(items.first).to_have_attribute("aria-expanded", "true")
    expect(items.nth(1)).to_have_attribute("aria-level", "2")
    expect(items.nth(1)).to_have_attribute("aria-setsize", "2")
    tab.keyboard.press("Enter")
    expect(marked(tab, "variables")).to_contain_text("maker/kernel")


def test_sums(open_page: "OpenPage") -> None:
    """A scope has sums; where a size is not known, it says that they are the least."""
    rows_of_h = [variable("h/a", (1000,)), variable("h/b", (None, 3)), variable("w", (1000,))]
    tab = open_page(page(graph(rows_of_h)))
    scope = tab.get_by_role("treeitem").first
    assert scope.locator(".number").all_text_contents() == ["2", "≥ 1,000", "≥ 3.91 KiB"]
    expect(scope.locator(".percent")).to_have_text("50 %")
    expect(scope.locator(".number").last).to_have_attribute(
        "title", "at least 4,000 bytes: 1 variable of unknown size"
    )


def test_a_link_undoes_what_hides(open_page: "OpenPage") -> None:
    """What a link points at is shown and marked, whatever is filtered or folded; back and forward go on."""
    tab = open_page(page(blocks(400)), "#model/h39/w9")
    expect(marked(tab, "variables")).to_contain_text("model/h39/w9")
    expect(marked(tab, "variables")).to_be_in_viewport()
    expect(marked(tab, "scopes")).to_contain_text("w9")
    tab.get_by_label("Search names").fill("h1/")
    tab.get_by_role("button", name="Fold all", exact=True).click()
    tab.evaluate("location.hash = '#model/h20/w3'")
    expect(marked(tab, "variables")).to_contain_text("model/h20/w3")
    expect(marked(tab, "variables")).to_be_in_viewport()
    expect(marked(tab, "scopes")).to_contain_text("w3")
    expect(tab.get_by_label("Search names")).to_have_value("")
    tab.go_back()
    expect(marked(tab, "variables")).to_contain_text("model/h39/w9")
    tab.go_forward()
    expect(marked(tab, "variables")).to_contain_text("model/h20/w3")


def test_the_address_follows(open_page: "OpenPage") -> None:
    """What is selected is in the address, and what is selected again is brought into view again."""
    tab = open_page(page(blocks(400)))
    rows(tab).nth(4).locator("[data-column='shape']").click()
    expect(tab).to_have_url(re.compile("#model/h0/w4$"))
    expect(marked(tab, "variables")).to_contain_text("model/h0/w4")
    tab.locator("table").evaluate("table => table.closest('.scroller').scrollTo(0, 1e6)")
    expect(marked(tab, "variables")).not_to_be_in_viewport()
    tab.get_by_role("treeitem").get_by_role("link", name="w4", exact=True).click()
    expect(marked(tab, "variables")).to_be_in_viewport()


def test_a_link_to_nothing(open_page: "OpenPage") -> None:
    """The page says so, whatever somebody typed; what is found afterwards takes that away."""
    tab = open_page(page(gan()), "#critic/%zz")
    notice = tab.locator("[role=status]").first
    expect(notice).to_have_text("There is nothing called “critic/%zz” in this page.")
    for gone in ("#call-99", "#7:critic", "#0:critic", "#critic/kernel/", "#:problem-9", "#:nothing"):
        tab.evaluate("link => { location.hash = link }", gone)
        expect(notice).to_contain_text("There is nothing called")
    tab.evaluate("location.hash = '#critic'")
    expect(notice).to_have_text("")
    expect(marked(tab, "scopes")).to_contain_text("critic/")


ODD_NAMES = [
    "100%/done",
    "%41/percent",
    "a#b/c?d&e=f",
    "with space/ w ",
    "quo\"te/'w'",
    "ünï/日本/🎉",
    "call-1",
    "call-2/w",
    "ends/",
    "ends//",
    "/leading",
    "twice//w",
    "both",
    "both/w",
    "2:colon/w",
    ":variables",
    "data",
    "<b>/&amp;",
    "back\\slash/w:0",
    "__proto__/constructor",
    "toString",
]


def test_odd_names_have_links(open_page: "OpenPage") -> None:
    """Whatever a name has in it, its link leads to it alone: followed, and (of some) opened anew."""
    tab = open_page(page(graph([variable(name) for name in ODD_NAMES], [call(at, "w") for at in range(3)])))
    for at, name in enumerate(ODD_NAMES):
        link = rows(tab).nth(at).locator(".row-link").get_attribute("href") or ""
        tab.evaluate("link => { location.hash = link }", link)
        expect(marked(tab, "variables").locator(".row-link")).to_have_text(name, use_inner_text=False)
        assert marked(tab, "variables").get_attribute("data-index") == str(at)
        if at % 7 == 0:
            tab.reload()
            expect(marked(tab, "variables")).to_have_attribute("data-index", str(at))
            assert tab.evaluate("location.hash") == link


def test_odd_scopes_have_links(open_page: "OpenPage") -> None:
    """The same of scopes: of those, too, that a variable or a call could be taken for."""
    tab = open_page(page(graph([variable(name) for name in ODD_NAMES], [call(at, "w") for at in range(3)])))
    tab.get_by_role("button", name="Unfold all").click()
    scopes = tab.locator("[role=treeitem][aria-expanded] a")
    links = [link.get_attribute("href") or "" for link in scopes.all()]
    assert len(links) == len(set(links)) == 16
    for at, link in enumerate(links):
        tab.evaluate("link => { location.hash = link }", link)
        expect(scopes.nth(at).locator("xpath=ancestor::*[@aria-current]")).to_have_count(1)
        expect(marked(tab, "scopes")).to_have_count(1)


def test_names_as_people_type_them(open_page: "OpenPage") -> None:
    """A link that nobody encoded works as far as it can be read."""
    tab = open_page(page(graph([variable("ünï/w x"), variable("50%")])))
    for link, name in [("#ünï/w x", "ünï/w x"), ("#50%", "50%"), (f"#{quote('ünï/w x')}", "ünï/w x")]:
        tab.evaluate("link => { location.hash = link }", link)
        expect(marked(tab, "variables")).to_contain_text(name)


def test_treemap(open_page: "OpenPage") -> None:
    """A click on a scope zooms in, breadcrumbs lead back, and a variable leads to its row."""
    tab = open_page(page(blocks(40)))
    treemap = tab.locator("[data-part='sizes']")
    caption = treemap.locator("figcaption")
    expect(caption).to_contain_text(
        "model/: 3.2 KiB (3,280 bytes) in 4 scopes. The largest: h3/, 43.3 % of it."
    )
    treemap.get_by_role("link", name="h2/", exact=True).click(position={"x": 9, "y": 9})
    expect(caption).to_contain_text("model/h2/: 1020 B (1,020 bytes) in 10 variables.")
    expect(treemap.locator(".tile")).to_have_count(10)
    assert tab.evaluate("location.hash") == "#model/h2"
    expect(marked(tab, "scopes")).to_contain_text("h2/")
    treemap.get_by_role("link", name="model", exact=True).click()
    expect(treemap.get_by_role("link", name="h2/", exact=True)).to_be_visible()
    treemap.get_by_role("link", name="all", exact=True).click()
    assert tab.evaluate("location.hash") == "#1:"
    treemap.locator("[title^='model/h3/w9:']").click()
    expect(marked(tab, "variables")).to_contain_text("model/h3/w9")
    expect(marked(tab, "sizes")).to_have_attribute("data-index", "39")


def test_zooming_stays(open_page: "OpenPage") -> None:
    """Who zooms into a scope stays at the treemap, though the scope's place in the tree is marked."""
    tab = open_page(page(blocks(40)), viewport={"width": 400, "height": 500})
    tab.locator(".tiles").scroll_into_view_if_needed()
    before = tab.evaluate("scrollY")
    tab.locator(".tile", has_text="h2/").click(position={"x": 9, "y": 9})
    expect(marked(tab, "scopes")).to_contain_text("h2/")
    expect(marked(tab, "scopes")).not_to_be_in_viewport()
    assert tab.evaluate("scrollY") == before
    expect(tab.locator(".crumbs a:focus")).to_have_text("h2")


def test_treemap_marks_what_is_shared(open_page: "OpenPage") -> None:
    """A shared variable is marked by more than a colour; what has no size is told of in words."""
    tab = open_page(page(gan()))
    tab.evaluate("location.hash = '#critic'")
    shared = tab.locator(".tile.sharing")
    expect(shared).to_contain_text(f"{TIMES}2 kernel")
    expect(shared).to_have_attribute("title", re.compile("used from 2 places$"))
    tab.get_by_role("link", name="all", exact=True).click()
    expect(tab.locator("figcaption")).to_contain_text(
        "Not drawn, since their sizes are not known: 1 variable."
    )


def test_calls(open_page: "OpenPage") -> None:
    """A call has its place, scope, mode, outcome and why; its value; what it shares; where that is used."""
    tab = open_page(page(gan()), "#call-3")
    fake = marked(tab, "calls")
    for text in [
        "fake get_variable “kernel”",
        "reused critic/kernel of real",
        "in critic/ · reuse=True set at net.py:9:3 · net.py:4:1",
        "k = tf.get_variable('kernel')",
    ]:
        expect(fake).to_contain_text(text)
    entries = tab.locator("[data-part='calls'] .entry")
    expect(entries.first).to_contain_text("Nothing had that name.")
    assert entries.first.locator(".value pre").text_content() == "[[1. 2.]\n [3. 4.]]"
    expect(entries.nth(1)).to_contain_text("its variable is used atnet.py:40:1 MatMul")
    expect(entries.last).to_contain_text("raised maker/kernel")
    entries.last.get_by_role("link", name="Problem SC101").click()
    expect(marked(tab, "problems")).to_contain_text("TensorFlow refused a call.")


def test_problems(open_page: "OpenPage") -> None:
    """A problem says what, where and what to write instead, and which call had it."""
    tab = open_page(page(gan()))
    problems = tab.locator("[data-part='problems'] .entry")
    expect(problems).to_have_count(2)
    for text in [
        "✗ error SC101",
        "already exists,\ndisallowed.",
        "net.py:1:1 it was created here",
        "help: open",
    ]:
        expect(problems.first).to_contain_text(text, use_inner_text=True)
    expect(problems.last).to_contain_text("! warning SC405")
    problems.first.get_by_role("link", name="#4").click()
    expect(marked(tab, "calls")).to_contain_text("✗ raised")


def test_comparison(open_page: "OpenPage") -> None:
    """Differences have signs beside colours, are filtered by kind, and lead to the variable."""
    rows = [
        {"what": "only_a", "a": "maker/bias", "b": None, "a_facts": "(64,) float32", "b_facts": None},
        {"what": "only_b", "a": None, "b": "new", "a_facts": None, "b_facts": "() int64"},
        {
            "what": "renamed",
            "a": "maker/kernel",
            "b": "gen/kernel",
            "a_facts": "(16, 64)",
            "b_facts": "(16, 64)",
        },
        {
            "what": "shape",
            "a": "critic/kernel",
            "b": "critic/kernel",
            "a_facts": "(64, 1)",
            "b_facts": "(64, 2)",
        },
    ]
    comparison = {
        "a": "net.yaml",
        "b": "model.ckpt",
        "b_kind": "checkpoint",
        "summary": ["1 only in A"],
        "same": 1,
        "rows": [{"note": "", "sure": row["what"] != "renamed", **row} for row in rows],
    }
    tab = open_page(page(gan(), comparison=comparison))
    part = tab.locator("[data-part='comparison']")
    differences = part.locator(".difference")
    assert differences.locator(".sign").all_text_contents() == ["\N{MINUS SIGN}", "+", "~", "≠"]
    expect(differences.nth(2)).to_contain_text(
        "renamed, not certainmaker/kernel (16, 64) → gen/kernel (16, 64)"
    )
    expect(differences.nth(3)).to_contain_text("critic/kernel (64, 1) →  (64, 2)")
    expect(part).to_contain_text("1 variable is the same in both.")
    part.get_by_label("kind").select_option("shape")
    expect(differences).to_have_count(1)
    expect(part.locator("output")).to_have_text("1 of 4 differences")
    differences.get_by_role("link").click()
    expect(marked(tab, "variables")).to_contain_text("critic/kernel")


def test_statistics(open_page: "OpenPage") -> None:
    """A checkpoint's statistics are columns; flags are filtered; a histogram is told in words too."""
    told = statistics(
        [
            {"min": "NaN", "nan": 3, "flags": ["NaN"]},
            {"zeros": 6, "flags": ["all zero", "constant"], "histograms": None},
            {"mean": 0.0000123456},
        ]
    )
    tab = open_page(page(graph([variable("a"), variable("b"), variable("c")], statistics=told)))
    shown = headers(tab).all_text_contents()
    assert shown[-9:] == [
        "flags",
        "min",
        "max",
        "mean",
        "std",
        "l2",
        "zeros",
        "nan",
        "histogram",
    ]  # no infinities
    expect(rows(tab).first.locator("[data-column='min']")).to_have_text("NaN")
    expect(rows(tab).last.locator("[data-column='mean']")).to_have_text("1.235e-5")
    expect(rows(tab).locator("svg")).to_have_count(2)
    expect(rows(tab).first.get_by_role("img")).to_have_accessible_name(
        "Histogram of 190 values from -1 to 1; most, 19, between 0.9 and 1."
    )
    sort_by(tab, "min")
    assert names(tab) == ["b", "c", "a"]  # what is no number comes last
    sort_by(tab, "min")
    sort_by(tab, "min")
    for flag, found in [("any flag", ["a", "b"]), ("constant (1)", ["b"]), ("NaN (1)", ["a"])]:
        tab.get_by_role("combobox", name="flag", exact=True).select_option(label=flag)
        assert names(tab) == found
    rows(tab).first.locator(".row-link").click()
    expect(tab.locator("tr.details")).to_contain_text("Histogram of 190 values")


def test_drawing(open_page: "OpenPage") -> None:
    """What is clicked in the drawing, or chosen by keys, leads to its place in the page."""
    tab = open_page(page(gan()))
    tab.locator(".drawing text", has_text="kernel").click()
    expect(marked(tab, "variables")).to_contain_text("critic/kernel")
    tab.locator(".drawing text", has_text="critic").click()
    expect(marked(tab, "scopes")).to_contain_text("critic/")
    tab.locator(".drawing [tabindex='0']").focus()
    tab.keyboard.press("End")
    expect(tab.locator(".drawing .call")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(marked(tab, "calls")).to_contain_text("fake")


def test_a_drawing_is_harmless(open_page: "OpenPage") -> None:
    """Nothing in a drawing runs or loads, and its styles are its own; one that is none is told of."""
    svg = """<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)">
      <style>h1, .tile { display: none }</style><script>alert(2)</script><image href="https://example.org/x.png"/>
      <a href="javascript:alert(3)"><text onclick="alert(4)" y="9">x</text></a></svg>"""
    tab = open_page(page(gan() | {"drawing": svg}))
    tab.locator(".drawing text").click()
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    expect(tab.locator(".tile").first).to_be_visible()
    assert tab.evaluate("location.hash") == ""
    tab = open_page(page(gan() | {"drawing": "<svg><g></svg>"}))
    expect(tab.locator(".drawing")).to_contain_text("The drawing could not be read.")


def test_several_graphs(open_page: "OpenPage") -> None:
    """One picks a graph; a link says of which it is, and a link without that finds what only another has."""
    second = graph([variable("critic/kernel", (7,)), variable("rest/w")], title="The second")
    tab = open_page(page(gan(), second))
    tab.get_by_label("Graph").focus()
    tab.get_by_label("Graph").select_option(label="2. The second")
    expect(rows(tab)).to_have_count(2)
    assert tab.evaluate("location.hash") == "#2:"
    expect(tab.get_by_label("Graph")).to_be_focused()
    assert rows(tab).first.locator(".row-link").get_attribute("href") == "#2:critic/kernel"
    for link, title in [("#critic/kernel", "A small GAN"), ("#rest/w", "The second"), ("#1:", "A small GAN")]:
        tab.evaluate("link => { location.hash = link }", link)
        expect(tab.locator(".graph-title")).to_have_text(title)
    tab.reload()
    expect(tab.locator(".graph-title")).to_have_text("A small GAN")
    tab = open_page(page(gan(), second), "#2:critic/kernel")
    expect(marked(tab, "variables")).to_contain_text("(7,)")


@pytest.mark.parametrize(
    ("data", "parts", "words"),
    [
        (page(graph()), [], "The report is empty: it has no variables, no calls and no problems."),
        (page(), [], "There is no graph in this report."),
        (page(graph([variable("w", None)])), ["Variables 1"], "1 variable, 0 parameters (0 trainable), 0 B"),
        (page(graph([], [call(0, "w")])), ["Calls 1"], "1 call created."),
    ],
)
def test_little(data: Data, parts: list[str], words: str, open_page: "OpenPage") -> None:
    """Only what there is has a part of the page, and where there is nothing, that is said."""
    tab = open_page(data)
    assert (
        tab.get_by_role("navigation", name="Parts of the page").get_by_role("link").all_text_contents()
        == parts
    )
    expect(tab.locator("body")).to_contain_text(words)


def test_local_variables(open_page: "OpenPage") -> None:
    """Local variables are listed and called so; the head says that its totals leave them out."""
    tab = open_page(page(graph([variable("w"), variable("acc/total")], local=["acc/total"])))
    expect(tab.locator("header")).to_contain_text("Listed too, but not counted here: 1 local variable.")
    expect(rows(tab).last.locator(".tag")).to_have_text("local")
    expect(tab.get_by_role("treeitem", name="total").locator(".tag")).to_have_text("local")


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "]]><svg onload=alert(3)>",
    "<!--<script>",
    "@@DATA@@",
    "javascript:alert(4)",
    "n" * 500,
    "/".join("deep" for _ in range(100)) + "/w",
    "{{constructor.constructor('alert(5)')()}}",
]


def hostile() -> Data:
    """Return a graph that has hostile texts wherever a text goes."""
    text = "\n".join(HOSTILE)
    variables = [
        variable(name, dtype=name, role=name, kind=name, device=name, key=f"{name}!", calls=[at, at])
        for at, name in enumerate(HOSTILE)
    ]
    calls = [
        call(
            at,
            name,
            name,
            label=name,
            step=name,
            reuse=name,
            reuse_set_at=name,
            variable=at,
            place=name,
            source_line=name,
            value=text,
            why=[name],
            uses=[{"place": name, "op": name}],
            problem=0,
        )
        for at, name in enumerate(HOSTILE)
    ]
    problem = {"code": text, "severity": text, "what": text, "message": text, "place": text, "help": text}
    more = {
        "path": text,
        "kind": text,
        "title": text,
        "description": text,
        "tensorflow": text,
        "notes": HOSTILE,
    }
    told = statistics([{"min": name, "flags": [name]} for name in HOSTILE])
    return graph(
        variables,
        calls,
        problems=[problem | {"notes": [{"place": text, "message": text}]}],
        statistics=told,
        collection_sets=[HOSTILE],
        local=HOSTILE[:1],
        **more,
    )


def test_hostile_texts(open_page: "OpenPage") -> None:
    """Whatever a text says, it is shown as it is and nothing runs: the page would have complained."""
    differences = [
        {"what": "only_a", "a": name, "b": None, "a_facts": name, "b_facts": None, "note": name, "sure": True}
        for name in HOSTILE
    ]
    comparison = {"a": HOSTILE[0], "b": HOSTILE[1], "b_kind": HOSTILE[2], "summary": HOSTILE, "same": 0}
    tab = open_page(
        page(hostile(), comparison=comparison | {"rows": differences}, title="@@DATA@@" + HOSTILE[0])
    )
    assert tab.title() == "@@DATA@@" + HOSTILE[0]
    expect(tab.get_by_role("heading", level=1)).to_have_text("@@DATA@@" + HOSTILE[0])
    assert names(tab) == HOSTILE
    assert tab.locator("[data-part='calls'] .row-link").all_text_contents() == HOSTILE
    for at in range(len(HOSTILE)):
        rows(tab).nth(at).locator(".row-link").click()
        expect(marked(tab, "variables")).to_have_attribute("data-index", str(at))
    assert tab.locator("main :is(img, script, b, iframe, object)").count() == 0
    for width in (1280, 400):
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate("document.documentElement.scrollWidth") == width


def test_unseen_characters(open_page: "OpenPage") -> None:
    """What would turn text around or not be seen is written out, and a half of a character does no harm."""
    tab = open_page(page(graph([variable("a\u202eb/w\u200b"), variable("c\x1b[2J"), variable("d\ud800")])))
    assert names(tab) == [r"a\u202eb/w\u200b", r"c\u001b[2J", r"d\ud800"]
    rows(tab).last.locator(".row-link").click()
    expect(marked(tab, "variables")).to_have_attribute("data-index", "2")


def test_long_names(open_page: "OpenPage") -> None:
    """A long name is whole in a title, where it may be shortened, and pushes nothing out of the page."""
    tab = open_page(
        page(graph([variable("n" * 500), variable("scope/" * 100 + "w")])),
        viewport={"width": 400, "height": 700},
    )
    expect(rows(tab).first.locator(".name")).to_have_attribute("title", "n" * 500)
    assert tab.evaluate("document.documentElement.scrollWidth") == 400
    tab.evaluate("location.hash = '#' + 'scope/'.repeat(99) + 'scope'")
    expect(marked(tab, "scopes")).to_be_visible()


def test_five_thousand(open_page: "OpenPage") -> None:
    """Of many variables those are made that are looked at; each is found, and all are counted."""
    tab = open_page(page(blocks(5_000)), "#call-4999")
    expect(marked(tab, "calls")).to_be_in_viewport()
    assert rows(tab).count() < 200
    expect(tab.locator("output").first).to_have_text("5,000 variables")
    expect(tab.get_by_role("table")).to_have_attribute("aria-rowcount", "5001")
    tab.get_by_label("Search names").fill("h49")
    expect(tab.locator("output").first).to_contain_text("110 of 5,000 variables")  # h49, and h490 to h499
    tab.get_by_label("Search names").fill("")
    tab.locator("table").evaluate("table => table.closest('.scroller').scrollTo(0, 1e9)")
    expect(rows(tab).last.get_by_role("link", name="model/h499/w9")).to_be_in_viewport()
    rows(tab).first.locator(".row-link").focus()
    tab.keyboard.press("End")
    expect(tab.locator(".variables .row-link:focus")).to_have_text("model/h499/w9")
    tab.get_by_role("button", name="Unfold all").click()
    tab.get_by_role("treeitem").first.focus()
    tab.keyboard.press("End")
    expect(tab.locator("[role=treeitem]:focus")).to_contain_text("w9")


def test_table_by_keys(open_page: "OpenPage") -> None:
    """One name of the table is a stop of the Tab key; arrow keys go on from it."""
    tab = open_page(page(gan()))
    expect(tab.locator(".variables .row-link[tabindex='0']")).to_have_count(1)
    tab.locator(".variables .row-link").first.focus()
    tab.keyboard.press("ArrowDown")
    expect(tab.locator(".variables .row-link:focus")).to_have_text("maker/bias")
    for key, name in [
        ("End", "table"),
        ("ArrowDown", "table"),
        ("ArrowUp", "critic/steps"),
        ("Home", "maker/kernel"),
    ]:
        tab.keyboard.press(key)
        expect(tab.locator(".variables .row-link:focus")).to_have_text(name)
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    expect(marked(tab, "variables")).to_contain_text("maker/bias")


def test_focus_is_seen(open_page: "OpenPage") -> None:
    """Whatever the Tab key stops at has an outline, and every part of the page is reached."""
    tab = open_page(page(gan()))
    reached = set()
    for _ in range(60):
        tab.keyboard.press("Tab")
        part, outline = tab.evaluate(
            """() => {
              let stop = document.activeElement;
              const part = stop.closest("[data-part]")?.dataset.part;
              if (stop.shadowRoot?.activeElement) stop = stop.shadowRoot.activeElement;
              return [part, getComputedStyle(stop).outlineStyle];
            }"""
        )
        reached.add(part)
        assert outline != "none"
        if part == "calls":
            break
    assert {"problems", "drawing", "scopes", "sizes", "variables", "calls"} <= reached


@pytest.mark.parametrize(("scheme", "width"), product(["light", "dark"], [400, 1280]))
def test_appearance(scheme: str, width: int, open_page: "OpenPage") -> None:
    """Light and dark, wide and narrow: all is there, nothing is wider than the page, text has contrast."""
    data = gan() | {"statistics": statistics([{} for _ in range(5)])}
    tab = open_page(page(data), color_scheme=scheme, viewport={"width": width, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    lightness = sum(
        map(int, re.findall(r"\d+", tab.evaluate("getComputedStyle(document.body).backgroundColor")))
    )
    assert (lightness > 600) is (scheme == "light")
    for part in ("problems", "drawing", "scopes", "sizes", "variables", "calls"):
        box: Any = tab.locator(f"[data-part='{part}']").bounding_box()
        assert box["x"] >= 0
        assert 100 < box["width"] <= width
        assert box["height"] > 80
    assert tab.locator(".drawing text").first.evaluate("text => getComputedStyle(text).fill") == (
        "rgb(34, 34, 34)" if scheme == "light" else "rgb(238, 238, 238)"
    )
    colours = {
        name: tab.evaluate(
            "name => getComputedStyle(document.documentElement).getPropertyValue(name)", f"--{name}"
        )
        for name in ("paper", "raised", "wash", "ink", "muted", "accent", "good", "warn", "bad")
    }
    for ink, paper in product(("ink", "muted", "accent", "good", "warn", "bad"), ("paper", "raised", "wash")):
        assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours `#rrggbb`, as WCAG 2.2 defines it."""
    darker, lighter = sorted(luminance(colour) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour `#rrggbb`."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_print(open_page: "OpenPage") -> None:
    """On paper all is unfolded, black on white, without what nobody can press; then it is as before."""
    tab = open_page(page(blocks(300)), color_scheme="dark")
    tab.get_by_role("button", name="Fold all", exact=True).click()
    assert rows(tab).count() < 300
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")
    assert rows(tab).count() == 300
    assert tab.get_by_role("treeitem").count() == 331
    assert tab.locator("[data-part='calls'] .entry").count() == 300
    expect(tab.locator("form")).not_to_be_visible()
    expect(tab.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    last = tab.locator("[data-part='calls'] .entry").last
    assert last.evaluate("entry => entry.closest('.scroller').clientHeight > 15000")
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    tab.emulate_media(media="screen")
    assert tab.get_by_role("treeitem").count() == 1
    assert tab.pdf().startswith(b"%PDF")


def test_very_much_on_paper(open_page: "OpenPage") -> None:
    """What is left out on paper is told of there."""
    tab = open_page(page(blocks(2_100)))
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")
    words = "And 100 more rows, which the page has on a screen."
    expect(tab.locator("[data-part='calls'] .unprinted")).to_have_text(words)
    expect(tab.locator("[data-part='variables'] .unprinted")).to_have_text(words)
