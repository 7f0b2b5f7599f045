"""`python -m llm_dashboard`: the same as `llm-dash`."""

import sys

from llm_dashboard.cli import entry_point

sys.exit(entry_point())
