"""What a workspace's settings may not have run before a person has allowed them."""

from collections.abc import Sequence

from llm_dashboard.settings import FILE_NAME, Settings
from llm_dashboard.workflows.models import Failure, FailureKind, SuggestedAction, Suggestion
from llm_dashboard.workflows.prerequisites import BACK

OF_AGENTS = ("agent", "agents", "verify", "budget", "fix_attempts")
"""The settings that say who works, with what rights, and what is run after it."""


def refused(settings: Settings, names: Sequence[str]) -> Failure | None:
    """Why a run that follows those settings is refused, or None. A table, such as `agents`, is meant with all that is in it."""
    keys = [key for key in settings.unallowed if key in names or key.partition(".")[0] in names]
    if not keys:
        return None
    if keys == ["scripts"]:
        message = "what would run comes with this workspace (scripts), and you have not allowed it"
        evidence = "read LLM/scripts/generation/*.py, then allow it with `llm-dash allow`"
    else:
        message = f"{FILE_NAME} of this workspace says what runs ({', '.join(keys)}), and you have not allowed it"
        evidence = "read it, then allow it with `llm-dash allow`; whenever it changes it is asked for again"
    return Failure(
        FailureKind.NOT_ALLOWED,
        message,
        evidence,
        (Suggestion("look again", SuggestedAction.RETRY), BACK),
    )
