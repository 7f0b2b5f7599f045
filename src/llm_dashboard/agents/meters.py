"""What was used, in words."""

from llm_dashboard import measures
from llm_dashboard.agents.models import Meters


def used(meters: Meters) -> str:
    """`2,442 tokens, $0.01`; without money where the agent does not tell."""
    tokens = measures.count(meters.tokens, "token")
    return tokens if meters.cost is None else f"{tokens}, ${meters.cost:.2f}"
