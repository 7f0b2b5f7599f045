"""Plans as one document: what it says, that it is safe, and that it is always the same."""

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from llm_dashboard.export.documents import ExportFormat, export
from llm_dashboard.export.markup import to_html
from llm_dashboard.plans.models import Plan, WorkspaceState
from llm_dashboard.plans.workspace import Workspace

SAMPLE = Path(__file__).parents[2] / "src" / "llm_dashboard" / "demo" / "work-space"
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(2)) ![y](http://z/) \"'& `*_ | #"
BODY = """
**Goal**: <img src=x onerror=alert(3)> and <b>bold</b>

[bad](javascript:alert(4)) [data](data:text/html,x) [file](file:///etc/passwd) [near](../secret.md)
[good](https://example.org/a?b&c) [down](#plan-1) ![picture](https://example.org/p.png) <https://example.org>

```html
</details><script>alert(5)</script>
```
"""


class Page(HTMLParser):
    """The elements of a page, as a browser would find them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It must be what was opened last."""
        assert self.open.pop() == tag


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The demo's workspace, and a plan that means harm."""
    root = tmp_path / "work"
    shutil.copytree(SAMPLE, root / "work-space")
    folder = root / "work-space" / "plans" / "later" / "ODD"
    folder.mkdir(parents=True)
    text = (
        f"# PLAN: {HOSTILE}\n\n**Goal**: {HOSTILE}\n**Empty**:\n\n---\n\n## Achievements\n\n### Priority 1: {HOSTILE}\n\n"
        f"**Achievement 1.1**: {HOSTILE}\n{BODY}\n"
    )
    (folder / "PLAN_ODD.md").write_text(text, encoding="utf-8")
    return root


def read(root: Path, name: str | None = None) -> tuple[WorkspaceState, Plan | None]:
    """The workspace, and the plan of that name."""
    state = Workspace(root).load()
    return state, next((plan for plan in state.plans if plan.name == name), None)


def test_the_page_says_where_everything_stands(workspace: Path) -> None:
    state, _ = read(workspace)
    text = export(state, None, ExportFormat.HTML, workspace)
    page = Page(text)
    assert not page.open
    tags = [tag for tag, _ in page.elements]
    assert tags.count("details") == sum(plan.counts.total for plan in state.plans)
    bars = [(found["value"], found["max"]) for tag, found in page.elements if tag == "progress"]
    assert ("2", "7") in bars
    for part in ("! needs fix", "◆ review", "✓ approved", "WEATHER-STATION", "<small>later</small>"):
        assert part in text
    assert "A torn record" not in text
    assert "Keep one year of readings" in text
    anchors = {found["id"] for _, found in page.elements if "id" in found}
    links = {found["href"] for tag, found in page.elements if tag == "a" and (found["href"] or "").startswith("#")}
    assert {link[1:] for link in links if link} <= anchors


def test_the_page_does_no_harm_and_fetches_nothing(workspace: Path) -> None:
    state, plan = read(workspace, "ODD")
    text = export(state, plan, ExportFormat.HTML, workspace)
    page = Page(text)
    assert not {"script", "img", "link", "iframe", "object", "form", "b"} & {tag for tag, _ in page.elements}
    assert not [name for _, found in page.elements for name in found if name.startswith("on") or name == "style"]
    links = [found["href"] or "" for tag, found in page.elements if tag == "a"]
    web = {"https://example.org/a?b&c", "https://example.org/p.png", "https://example.org"}
    assert {link for link in links if not link.startswith("#plan-1")} == web
    policies = [found["content"] for _, found in page.elements if found.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    assert str(policies[0]).startswith("default-src 'none'; style-src 'sha256-")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "alert(5)" in text


def test_the_same_plans_give_the_same_document(workspace: Path) -> None:
    for form in ExportFormat:
        first = export(read(workspace)[0], None, form, workspace)
        assert export(read(workspace)[0], None, form, workspace) == first
        assert first.endswith("\n")


def test_markdown_takes_every_name_as_its_letters(workspace: Path) -> None:
    state, plan = read(workspace, "ODD")
    text = export(state, plan, ExportFormat.MARKDOWN, workspace)
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    page = Page(rendered)
    assert {tag for tag, _ in page.elements} <= {"h1", "h2", "h3", "p", "ul", "li", "strong"}
    letters = re.sub("<[^>]*>", "", rendered)
    assert letters.count("&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(2)) ![y](http://z/)") == 4
    assert "Empty" not in text
    everything = export(state, None, ExportFormat.MARKDOWN, workspace)
    assert "| WEATHER-STATION | 2/7 | fix 1.1 | ! needs fix |" in everything
    assert "- ! **1.1** Keep one year of readings" in everything


@pytest.mark.parametrize("line", ["1. a", "- a", "+ a", "# a", "> a", "=== a", "12) a", "a | b", "&amp; a", "~~a~~"])
def test_markdown_begins_nothing_by_accident(line: str, workspace: Path) -> None:
    plan = workspace / "work-space" / "plans" / "later" / "ODD" / "PLAN_ODD.md"
    plan.write_text(f"# PLAN: {line}\n\n## Achievements\n\n**Achievement 1.1**: One\n", encoding="utf-8")
    state, odd = read(workspace, "ODD")
    text = export(state, odd, ExportFormat.MARKDOWN, workspace)
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    assert f"<p>{line.replace('&', '&amp;').replace('>', '&gt;')}</p>" in rendered


def test_json_is_what_status_prints(workspace: Path) -> None:
    state, plan = read(workspace, "WEATHER-STATION")
    everything = json.loads(export(state, None, ExportFormat.JSON, workspace))
    assert [each["name"] for each in everything["plans"]] == ["WEATHER-STATION", "ODD", "RAIN-ALERTS"]
    one = json.loads(export(state, plan, ExportFormat.JSON, workspace))
    assert one == everything | {"plans": everything["plans"][:1], "problems": []}


def test_a_plan_that_is_gone_meanwhile_is_exported_without_its_text(workspace: Path) -> None:
    state, plan = read(workspace, "ODD")
    shutil.rmtree(workspace / "work-space" / "plans" / "later" / "ODD")
    assert "alert(5)" not in export(state, plan, ExportFormat.HTML, workspace)


@pytest.mark.parametrize(
    "url", ["JavaScript:x", "&#106;avascript:x", "vbscript:x", "//host/x", "\x01javascript:x", "x"]
)
def test_only_links_to_the_web_are_links(url: str) -> None:
    assert "<a" not in to_html(f"[x]({url})")
