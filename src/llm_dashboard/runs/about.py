"""Which plan a run is about: its record names the plan, and its command line or its agent's task often the plan's file."""

from llm_dashboard.plans.models import Plan
from llm_dashboard.runs.models import Run, RunRecord


def is_about(run: Run, plan: Plan) -> bool:
    """Whether a run is about the plan, and not about one of the same name in another place."""
    return is_recorded_for(run.record, plan.name, plan.plan_file)


def is_recorded_for(record: RunRecord, name: str, plan_file: str) -> bool:
    """Whether a record is about the plan of that name and file."""
    if record.plan != name:
        return False
    if record.task and record.task.plan_file:
        return record.task.plan_file == plan_file
    own = plan_file.rpartition("/")[2]
    named = [argument for argument in record.argv if argument.endswith(f"/{own}")]
    return not named or any(_leads_to(plan_file, argument) for argument in named)


def _leads_to(plan_file: str, argument: str) -> bool:
    return argument == plan_file or (argument.startswith("/") and argument.endswith(f"/{plan_file}"))
