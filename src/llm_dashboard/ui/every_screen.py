"""All screens, for what is true of every one of them."""

from llm_dashboard.ui.screens.agent_runner import AgentRunnerScreen
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.screens.batch import BatchScreen
from llm_dashboard.ui.screens.document import DocumentScreen
from llm_dashboard.ui.screens.graph import GraphScreen
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.needs import NeedsScreen
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.problems import ProblemsScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.screens.settings import SettingsScreen

EVERY_SCREEN: tuple[type[DashboardScreen], ...] = (
    PlansScreen,
    PlanScreen,
    ResultScreen,
    RunnerScreen,
    AgentRunnerScreen,
    ReviewScreen,
    NeedsScreen,
    HistoryScreen,
    BatchScreen,
    GraphScreen,
    ProblemsScreen,
    DocumentScreen,
    SettingsScreen,
)
