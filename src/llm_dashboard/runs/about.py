"""Which plan a run is about: its record names the plan, and its command line often the plan's file as well."""

from llm_dashboard.plans.models import Plan
from llm_dashboard.runs.models import Run


def is_about(run: Run, plan: Plan) -> bool:
    """Whether a run is about the plan, and not about one of the same name in another place."""
    name = plan.plan_file.rpartition("/")[2]
    named = [argument for argument in run.record.argv if argument.endswith(f"/{name}")]
    return run.record.plan == plan.name and (not named or any(_leads_to(plan, argument) for argument in named))


def _leads_to(plan: Plan, argument: str) -> bool:
    return argument == plan.plan_file or (argument.startswith("/") and argument.endswith(f"/{plan.plan_file}"))
