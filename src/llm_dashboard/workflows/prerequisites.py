"""What a workflow needs before it can run, and which one comes next. The catalog asks before a run, the scripts in it."""

from llm_dashboard.plans.artifacts import execution_path, fix_path, subplan_path
from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan, StepKind
from llm_dashboard.plans.schedule import achievement_step, nearest_ids
from llm_dashboard.safe_text import plain
from llm_dashboard.workflows.models import Failure, FailureKind, SuggestedAction, Suggestion, WorkflowType

BACK = Suggestion("go back", SuggestedAction.BACK)
CHOOSE = Suggestion("choose another achievement", SuggestedAction.CHOOSE_ACHIEVEMENT)


def next_workflow(plan: Plan, achievement_id: str | None) -> tuple[WorkflowType, Achievement] | Failure:
    """What NEXT does: the next step of the plan, or of one of its achievements. What waits for another is not done."""
    chosen = None if achievement_id is None else find_achievement(plan, achievement_id)
    if isinstance(chosen, Failure):
        return chosen
    step = achievement_step(chosen, plan) if chosen else plan.next
    achievement = plan.achievement(step.achievement) if step.achievement else None
    if achievement and step.workflow is not StepKind.NONE:
        return WorkflowType(step.workflow.value), achievement
    waiting = [each for each in ((chosen,) if chosen else plan.achievements) if each.status is not _APPROVED]
    if waiting:
        first = [_do_next(each.id) for each in _open_dependencies(plan, waiting[0])[:1]]
        reason = f"{chosen.id} {step.reason}" if chosen else step.reason
        return _missing(reason, f"dependencies of {waiting[0].id} in {plan.plan_file}", *first, CHOOSE, BACK)
    return Failure(
        FailureKind.NOTHING_TO_DO,
        f"nothing is left to do for {chosen.id if chosen else plan.name}: {step.reason}",
        f"{plan.counts.approved} of {plan.counts.total} achievements are approved in {plan.plan_file}",
        (CHOOSE, BACK),
    )


def find_achievement(plan: Plan, achievement_id: str | None) -> Achievement | Failure:
    """The plan's achievement of that id, or why there is none, with the nearest ids."""
    if achievement_id is None:
        return _missing(f"no achievement of {plan.name} is chosen", plan.plan_file, CHOOSE, BACK)
    achievement = plan.achievement(achievement_id)
    if achievement is not None:
        return achievement
    nearest = ", ".join(nearest_ids(plan, achievement_id))
    return _missing(
        f"{plan.name} has no achievement {plain(achievement_id)}" + (f"; the nearest: {nearest}" if nearest else ""),
        f"{plan.plan_file} declares {', '.join(each.id for each in plan.achievements[:20]) or 'none'}",
        CHOOSE,
        BACK,
    )


def missing_prerequisite(workflow: WorkflowType, plan: Plan, achievement: Achievement) -> Failure | None:
    """Why the workflow cannot run for the achievement, or None. Open dependencies are no reason: a person decides that."""
    subject, artifacts = achievement.id, achievement.artifacts
    if not plan.own_folder:
        return _missing(
            f"PLAN_{plan.name}.md has no folder of its own: move it to {plan.path}/{plan.name}/ first",
            f"{plan.plan_file} shares its folder, so that no subplans/ and execution/ there are its own",
            Suggestion("look again", SuggestedAction.REFRESH),
            BACK,
        )
    create_subplan = _suggestion(SuggestedAction.CREATE_SUBPLAN, f"create the SUBPLAN for {subject} first", subject)
    create_execution = _suggestion(
        SuggestedAction.CREATE_EXECUTION, f"create the EXECUTION_TASK for {subject}", subject
    )
    way_out = create_execution if artifacts.subplans else create_subplan
    match workflow:
        case WorkflowType.SUBPLAN if artifacts.subplans:
            message, evidence = f"{subject} has its SUBPLAN already", artifacts.subplans[0]
        case WorkflowType.EXECUTION if not artifacts.subplans:
            message = f"{subject} has no SUBPLAN: create the SUBPLAN first"
            evidence = f"no file {subplan_path(plan, subject)}"
        case WorkflowType.CONTINUE | WorkflowType.REVIEW if not artifacts.executions:
            message = f"{subject} has no EXECUTION_TASK to {workflow.value}"
            evidence = f"no file {execution_path(plan, subject, 1)}"
        case WorkflowType.FIX if not artifacts.fix:
            message, evidence = f"{subject} has no FIX to work on", f"no file {fix_path(plan, subject)}"
            way_out = _do_next(subject)
        case _:
            return None
    return _missing(message, evidence, way_out, CHOOSE, BACK)


def _open_dependencies(plan: Plan, achievement: Achievement) -> list[Achievement]:
    known = (plan.achievement(each) for each in achievement.dependencies)
    return [each for each in known if each is not None and each.status is not _APPROVED]


def _missing(message: str, evidence: str, *suggestions: Suggestion) -> Failure:
    return Failure(FailureKind.PREREQUISITE_MISSING, message, evidence, suggestions)


def _do_next(achievement_id: str) -> Suggestion:
    return _suggestion(SuggestedAction.EXECUTE_NEXT, f"do the next step of {achievement_id}", achievement_id)


def _suggestion(action: SuggestedAction, text: str, achievement_id: str) -> Suggestion:
    return Suggestion(text, action, {"achievement": achievement_id})


_APPROVED = AchievementStatus.APPROVED
