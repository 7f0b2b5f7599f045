"""Further workspaces beside the one on the screen: the demo, and a folder that is named."""

from pathlib import Path

import pytest
from textual.widgets import Input

from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.folders import Chosen, chosen, completed
from llm_dashboard.ui.screens.folder import FolderDialog
from llm_dashboard.ui.screens.plans import PlansScreen
from tests.ui.conftest import CheckScreen, running, screen_text, until
from tests.ui.test_flow import on
from tests.ui.test_plans import write_plan


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples are made where pytest clears up."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("temporary")))


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with some folders, of which garden is a workspace; it is the current folder too."""
    for name in ("garden/beds", "harbour", "harvest", ".hidden"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "hat").touch()
    write_plan(tmp_path / "garden", "POND", ["Dig", "Fill"])
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_the_demo_opens_where_there_is_nothing(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    async with running(here, (80, 24)) as (app, pilot):
        assert "the demo: a sample to try" in screen_text(app)
        await pilot.press("D")
        await until(pilot, lambda: "WEATHER-STATION" in screen_text(app))
        (root,) = app.samples
        assert app.workspace.root == root
        await pilot.press("W")
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlansScreen) and app.workspace.root == here)
        await pilot.press("D")
        await until(pilot, lambda: app.workspace.root == root)
        assert app.samples == [root]
        assert len(app.sessions) == 2
    assert not list(here.iterdir())


async def test_another_folder(folders: Path, check_screen: CheckScreen) -> None:
    async with running(folders / "harbour", (80, 24)) as (app, pilot):
        await pilot.press("O")
        await until(pilot, lambda: on(app, FolderDialog))
        field = app.screen.query_one(Input)
        await pilot.press(*"~/h", "tab")
        await until(pilot, lambda: field.value == "~/har")
        await pilot.press("tab")
        await until(pilot, lambda: "harbour/   harvest/" in screen_text(app))
        await check_screen(pilot, "folder-80")
        await pilot.press("x", "tab")
        await until(pilot, lambda: "No folder begins so." in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "~/harx cannot be opened: No such file or directory." in screen_text(app))
        field.value = "gar"
        await pilot.press("tab")
        await until(pilot, lambda: field.value == "garden/" and "A workspace." in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "POND" in screen_text(app))
        assert app.workspace.root == folders / "garden"


def words(app: DashboardApp) -> str:
    """The words on the screen, wherever their lines end."""
    return " ".join(screen_text(app).split())


async def test_what_was_looked_for(folders: Path) -> None:
    beds = folders / "garden" / "beds"
    async with running(beds, (120, 30)) as (app, pilot):
        assert "a folder work-space/plans or a file llm-dash.toml" in words(app)
        assert "is a workspace: O opens it" in words(app)
        await pilot.press("O")
        await until(pilot, lambda: on(app, FolderDialog) and "A workspace." in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "POND" in screen_text(app))
        (folders / "harbour" / "llm-dash.toml").write_text('plans_root = "docs"\n')
        await pilot.press("O")
        await until(pilot, lambda: on(app, FolderDialog))
        await pilot.press(*"harbour", "enter")
        await until(pilot, lambda: on(app, PlansScreen) and "its plans_root says where plans are" in words(app))
        assert "a folder docs" in screen_text(app)


@pytest.mark.parametrize(
    ("text", "root", "sentence"),
    [
        ("~/garden", "garden", "A workspace."),
        ("garden/beds", "garden", "Lies in the workspace {home}/garden, which opens."),
        ("harbour", "harbour", "No plans in it yet: it opens, and nothing is written before you say so."),
        ("~/nowhere", None, "~/nowhere cannot be opened: No such file or directory."),
        ("hat", None, "hat is a file, not a folder."),
        ("a\0b", None, "a␀b cannot be opened: embedded null byte."),
        ("~nobody-at-all/x", None, "~nobody-at-all/x cannot be opened: Could not determine home directory."),
    ],
)
def test_what_a_path_leads_to(text: str, root: str | None, sentence: str, folders: Path) -> None:
    said = sentence.format(home=folders)
    assert chosen(text, folders) == (Chosen(folders / root, said) if root else said)


@pytest.mark.parametrize(
    ("text", "gone_on", "names"),
    [
        ("~", "~/", ()),
        ("~/ga", "~/garden/", ("garden",)),
        ("har", "har", ("harbour", "harvest")),
        ("h", "har", ("harbour", "harvest")),
        ("", "", ("garden", "harbour", "harvest")),
        (".h", ".hidden/", (".hidden",)),
        ("garden/", "garden/", ("beds", "work-space")),
        ("nowhere/x", "nowhere/x", ()),
        ("x", "x", ()),
    ],
)
def test_how_a_path_goes_on(text: str, gone_on: str, names: tuple[str, ...], folders: Path) -> None:
    assert completed(text, folders) == (gone_on, names)
