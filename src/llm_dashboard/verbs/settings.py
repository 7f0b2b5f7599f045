"""`llm-dash settings`: what is set, and where each value comes from."""

import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from llm_dashboard.agents.checking import with_agents_checked
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import DEFAULT_THEME, SETTINGS, LoadedSettings, Origin, read, text_of, value_of


def show_settings(root: Path, flags: Mapping[str, str], *, as_json: bool) -> int:
    """Print the settings of that workspace; the exit status. What is wrong with them is said besides."""
    loaded = _judged(with_agents_checked(read(root, flags=flags)))
    if as_json:
        listed = [
            {
                "key": key,
                "value": value_of(loaded.settings, key),
                "origin": loaded.source(key).origin,
                "place": loaded.source(key).place or None,
                "line": loaded.source(key).line,
                "variable": setting.variable,
                "summary": setting.summary,
                "allowed": setting.allowed,
            }
            for key, setting in SETTINGS.items()
        ]
        found = {"settings": listed, "problems": loaded.problems}
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    else:
        texts = {key: plain(text_of(loaded.settings, key)) or "–" for key in SETTINGS}
        name, width = (max(map(len, column)) for column in (texts, texts.values()))
        for key, text in texts.items():
            source = loaded.source(key)
            place = "" if source.origin is Origin.DEFAULT else f"  {source}"
            print(f"{key:{name}}  {text:{width}}  {source.origin}{place}")
        for problem in loaded.problems:
            print(f"llm-dash: {problem}", file=sys.stderr)
    return ExitStatus.USAGE if loaded.problems else ExitStatus.DONE


def _judged(loaded: LoadedSettings) -> LoadedSettings:
    """The settings with what only the screen can judge among their faults: themes and keys."""
    if loaded.settings.theme == DEFAULT_THEME and not loaded.settings.keys:
        # Nothing to judge, and the screen takes a quarter of a second to import.
        return loaded
    from llm_dashboard.ui.setting_faults import judged

    return judged(loaded)[0]
