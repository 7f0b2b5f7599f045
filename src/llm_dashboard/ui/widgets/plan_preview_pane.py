"""The pane beside the list of plans that shows the selected one."""

from rich.text import Text

from llm_dashboard.plans.models import Plan
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.plan_preview import plan_preview
from llm_dashboard.ui.widgets.toned import Toned


class PlanPreviewPane(Toned):
    """What there is room for of a plan; nothing of it is scrolled."""

    plan: Plan | None = None

    def show(self, plan: Plan | None) -> None:
        """Show that plan."""
        if plan != self.plan:
            self.plan = plan
            self.refresh()

    def render(self) -> Text:
        """The lines."""
        width, height = self.content_size
        lines = plan_preview(self.palette, self.plan, width, height, key_map_of(self)) if self.plan else []
        return Text("\n", no_wrap=True).join(lines)
