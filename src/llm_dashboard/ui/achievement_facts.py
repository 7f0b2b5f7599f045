"""What the plan says of an achievement, and what it needs next."""

from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan, StepKind
from llm_dashboard.plans.schedule import achievement_step
from llm_dashboard.ui.key_map import TABLE, KeyMap
from llm_dashboard.ui.marks import STATUS
from llm_dashboard.ui.plan_facts import Group
from llm_dashboard.ui.widgets.block import NO_MARK, Field

ACTIONS_FOR = {
    AchievementStatus.NOT_STARTED: "create-subplan",
    AchievementStatus.SUBPLAN_READY: "create-execution",
    AchievementStatus.AWAITING_REVIEW: "review",
}
"""The action for the step of an achievement that is not the plan's next one."""


def achievement_facts(plan: Plan, each: Achievement, keys: KeyMap = TABLE) -> Group:
    """The lines and fields above its documents."""
    mark = STATUS[each.status]
    step = achievement_step(each, plan)
    following = f"{step.workflow}: {step.reason}" if step.workflow is not StepKind.NONE else step.reason
    action = "execute-next" if plan.next.achievement == each.id else ACTIONS_FOR.get(each.status)
    key = ((f"   {keys.shown(action)}", "key"),) if action else ()
    fields: list[Field] = [("Next", NO_MARK, (following, *key))]
    if each.effort:
        fields.append(("Effort", NO_MARK, (each.effort,)))
    if each.dependencies:
        fields.append(("Depends on", NO_MARK, (", ".join(each.dependencies),)))
    title = ((f"{each.id}  {each.title}", "strong"),)
    return [title, ((f"{mark.symbol} {mark.word}", mark.tone),), ()], fields
