"""Themes: text is read on every ground, and without colours everything that matters is still seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

import llm_dashboard
from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.messages import PlanOpened
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.themes import (
    DARK,
    LIGHT,
    READABLE,
    TERMINAL,
    ansi_theme,
    choose_theme,
    contrast,
    further_variables,
)
from tests.ui.conftest import running, screen_text, until

TEXTS = ("foreground", "primary", "accent", "success", "warning", "error", "quiet")
GROUNDS = ("background", "surface", "cursor", "cursor-idle")


def color(theme: Theme, name: str) -> Color:
    """A colour of a theme, by the name of its field or of its variable."""
    return Color.parse(theme.variables.get(name) or getattr(theme, name))


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_text_has_the_contrast_of_wcag_aa_on_every_ground(theme: Theme) -> None:
    ratios = {
        (text, ground): contrast(color(theme, text), color(theme, ground)) for text in TEXTS for ground in GROUNDS
    }
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < READABLE} == {}


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_output_of_every_colour_can_be_read(theme: Theme) -> None:
    drawn = [Color(*ansi_theme(theme).ansi_colors[number]) for number in range(16)]
    assert [each.hex for each in drawn if contrast(each, color(theme, "background")) < READABLE] == []


def test_the_contrast_of_black_and_white_is_that_of_wcag() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi])
def test_dim_text_is_as_readable_as_the_text_of_a_theme_lets_it_be(name: str) -> None:
    theme = BUILTIN_THEMES[name]
    made = {key: Color.parse(value) for key, value in further_variables(theme).items()}
    variables = theme.to_color_system().generate()
    ground, text = Color.parse(variables["background"]), Color.parse(variables["foreground"])
    assert contrast(made["quiet"], ground) >= min(READABLE, contrast(text, ground) - 0.1)
    assert made["cursor"] != ground


async def test_a_theme_is_chosen_by_name_and_an_unknown_one_is_named(workspace: Path) -> None:
    async with running(workspace) as (app, _):
        assert app.theme == DARK.name
        assert choose_theme(app, LIGHT.name) is None
        assert (
            choose_theme(app, "mauve")
            == f"There is no theme 'mauve'; there are {', '.join(sorted(app.available_themes))}."
        )
        assert app.theme == LIGHT.name


@pytest.mark.parametrize("variable", ["NO_COLOR", "sixteen"])
async def test_without_colours_cursor_and_weights_are_seen(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    if variable == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    async with running(workspace, (120, 36)) as (app, pilot):
        assert app.theme == TERMINAL.name
        for step in ("plans", "plan"):
            if step == "plan":
                app.screen.post_message(PlanOpened(app.state.plans[0].plan_file if app.state else ""))
                await until(pilot, lambda: isinstance(app.screen, PlanScreen) and "FIX_11" in screen_text(app))
            shown = list(pieces(app))
            cursor = [each.text for each in shown if each.style and each.style.reverse]
            assert "▌" in cursor[0], step
            assert any(each.style and each.style.dim for each in shown), step
            assert any(each.style and each.style.bold for each in shown), step
            if variable == "NO_COLOR":
                assert not [each for each in shown if each.style and not is_default(each)], step


def pieces(app: DashboardApp) -> Iterator[Segment]:
    """What is drawn on the screen, as it goes to the terminal."""
    for strip in app.screen._compositor.render_strips():
        for line_filter in app._filters:
            strip = strip.apply_filter(line_filter, Color.parse("black")) if line_filter.enabled else strip
        yield from strip


def is_default(segment: Segment) -> bool:
    """Whether a piece has the colours of the terminal."""
    style = segment.style
    return style is None or all(each is None or each.is_default for each in (style.color, style.bgcolor))


def test_every_sign_that_is_drawn_takes_one_cell_and_is_no_emoji() -> None:
    package = Path(llm_dashboard.__file__).parent
    files = [*(package / "ui").rglob("*.py"), package / "plans" / "marks.py", package / "measures.py"]
    signs = {sign for path in files for sign in path.read_text(encoding="utf-8") if not sign.isascii()}
    assert "▌" in signs
    assert {sign for sign in signs if cell_len(sign) != 1 or sign == "\ufe0f"} == set()
