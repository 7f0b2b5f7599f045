"""A new plan: its name, what it is for, and its achievements. While one types it says what will be written."""

from collections.abc import Callable, Iterable
from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Label, TextArea

from llm_dashboard.plans.drafts import PlanDraft, left_out, summary
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import NO_MARK, Block, Line
from llm_dashboard.ui.widgets.wrapping_area import WrappingArea


class PlanForm(NamedTuple):
    """What a person has typed, as it is."""

    name: str = ""
    title: str = ""
    goal: str = ""
    achievements: str = ""
    """One a line."""


class NewPlanDialog(Dialog[PlanForm | None]):
    """Asks for a plan; answers what was typed once a plan can be made of it, or None."""

    heading = " New plan "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "accept", "Write it", key_display="^S"),
        # At once: what is typed next must not go to the field before. ^S waits for what was typed before it.
        Binding("tab", "field('next')", "Next field", key_display="⇥", priority=True),
        Binding("shift+tab", "field('previous')", "Previous field", show=False, priority=True),
        Binding("enter", "end_line", "Next field", show=False, priority=True),
        Binding("escape", "cancel", "Cancel", key_display="Esc", priority=True),
    ]

    def __init__(
        self, read: Callable[[PlanForm], PlanDraft | str], plans_root: str, form: PlanForm, wrong: str = ""
    ) -> None:
        super().__init__()
        self.read = read
        """Makes a draft of what was typed, or says in a sentence why not."""
        self.plans_root = plans_root
        self.form = form
        self.wrong = wrong
        """Why no plan could be made of that form."""

    def body(self) -> Iterable[Widget]:
        """The fields, and what becomes of them."""
        for label, field, value, placeholder in (
            ("Name", "name", self.form.name, "capitals, digits and hyphens: WEATHER-STATION"),
            ("Title", "title", self.form.title, "one line; without one, the name"),
            ("Goal", "goal", self.form.goal, "what is true when all of it is done"),
        ):
            with Horizontal(classes="field"):
                yield Label(label)
                yield Input(value, placeholder=placeholder, id=field, select_on_focus=False)
        yield Block(id="achievements-label")
        yield WrappingArea(self.form.achievements, soft_wrap=True, show_line_numbers=False)
        yield Block(id="outcome")

    def on_mount(self) -> None:
        """Type the name first."""
        self.query_one("#achievements-label", Block).say(
            (), ("Achievements, one a line", ("   1.1, 1.2 … or as you say: 2.1: Title", "dim"))
        )
        self.query_one("#name", Input).focus()
        self._say_outcome()

    @property
    def typed(self) -> PlanForm:
        """What stands in the fields."""
        name, title, goal = (self.query_one(f"#{field}", Input).value for field in ("name", "title", "goal"))
        return PlanForm(name, title, goal, self.query_one(TextArea).text)

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _say_outcome(self) -> None:
        """Say what will be written, or what is wrong: loud where the person had wanted it so, until they change it."""
        form = self.typed
        draft = self.read(form)
        block = self.query_one("#outcome", Block)
        if self.wrong and form == self.form:
            block.say(((self.wrong, "bad"),))
        elif isinstance(draft, PlanDraft):
            lost = left_out(form.name)
            listed = summary(draft) if form.achievements.strip() else f"{summary(draft)}, with the title of the plan"
            writes: Line = (draft.plan_file(self.plans_root),)
            holds: Line = ((f"◆ left out of the name: {lost}", "wait") if lost else (listed, "dim"),)
            block.say(fields=(("Writes", NO_MARK, writes), ("", NO_MARK, holds)))
        else:
            block.say(((draft if form.name.strip() else "", "dim"),))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the achievements Enter is a new line."""
        if action == "end_line" and not isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def action_field(self, which: str) -> None:
        """Type in another field."""
        if which == "next":
            self.focus_next()
        else:
            self.focus_previous()

    def action_end_line(self) -> None:
        """Type in the next field."""
        self.focus_next()

    def action_accept(self) -> None:
        """Close with what was typed, if a plan can be made of it."""
        self.form = self.typed
        draft = self.read(self.form)
        if isinstance(draft, PlanDraft):
            self.dismiss(self.form)
        else:
            self.wrong = draft
            self._say_outcome()

    def action_cancel(self) -> None:
        """Close without a plan."""
        self.dismiss(None)
