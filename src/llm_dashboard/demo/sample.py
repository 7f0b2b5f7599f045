"""The sample workspace: small, complete, and in a temporary folder."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from llm_dashboard import trust
from llm_dashboard.runs import history
from llm_dashboard.settings import FILE_NAME

SAMPLE = Path(__file__).parent
PARTS = ("work-space", FILE_NAME, "assistant.sh", "check.sh")
PREFIX = "llm-dash-demo-"


def make_sample() -> Path:
    """A new copy of it; its folder, absolute. Raises OSError."""
    root = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve() / "demo"
    root.mkdir()
    for name in PARTS:
        if (SAMPLE / name).is_dir():
            shutil.copytree(SAMPLE / name, root / name)
        else:
            shutil.copy(SAMPLE / name, root)
    # What it would have run is what is installed. Where that cannot be remembered, it is refused with the way out.
    with suppress(OSError):
        trust.allow(root / FILE_NAME, (root / FILE_NAME).read_bytes())
    return root


def remove_sample(root: Path) -> str | None:
    """Delete it. Where runs still go on in it, it stays: then a sentence that says so."""
    live = sum(not run.state.is_final for run in history.list_runs(root))
    if not live:
        with suppress(OSError):
            trust.forbid(root / FILE_NAME, (root / FILE_NAME).read_bytes())
        shutil.rmtree(root.parent, ignore_errors=True)
        return None
    goes_on = "a run goes on in it" if live == 1 else f"{live} runs go on in it"
    return f"the demo stays, {goes_on}: llm-dash --workspace {root}"
