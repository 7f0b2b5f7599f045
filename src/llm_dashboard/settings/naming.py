"""What the text of a workspace's settings would have run, in lines that a person reads before allowing it."""

import shlex
from collections.abc import Iterator, Mapping

from llm_dashboard import trust
from llm_dashboard.safe_text import plain
from llm_dashboard.settings.models import BUILT_IN_WORKFLOWS


def naming(tree: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """By key: what each setting that needs to be allowed says, in lines that are safe to draw."""
    values: dict[str, object] = {}
    for name, value in tree.items():
        if name in ("workflows", "agents") and isinstance(value, dict):
            values |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            values[name] = value
    return {plain(key): tuple(map(plain, _lines(values[key]))) for key in trust.asking(values, BUILT_IN_WORKFLOWS)}


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{name} = {_shown(each)}" for name, each in value.items())
    elif isinstance(value, list) and all(isinstance(each, list) for each in value):
        yield from map(_shown, value)
    else:
        yield _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return shlex.join(value)
    return str(value)
