"""The files of settings: where they are, what stands in them, and on which line."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from llm_dashboard.settings.models import DEFAULT_PLANS_ROOT, SettingsError
from llm_dashboard.tables import dotted

FILE_NAME = "llm-dash.toml"
"""The settings of a workspace, in its folder."""
USER_FILE = "~/.config/llm-dash/config.toml"
"""The settings of the person, whatever the workspace; `$XDG_CONFIG_HOME` stands for `~/.config` where it is set."""
DEFAULT_FILE = Path(__file__).parents[1] / FILE_NAME
"""What a new workspace gets: every setting, with its default, as a comment."""
LARGEST_FILE = 256 * 1024
"""In bytes: a larger file of settings is refused."""
LONGEST_STATEMENT = 200
"""Lines of one value: behind a longer one, nobody is told the lines of others."""


def user_file(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file of the person's own settings, which need not be there; None where nothing says where their home is."""
    home, configuration = environment.get("HOME"), environment.get("XDG_CONFIG_HOME")
    if configuration and Path(configuration).is_absolute():
        return Path(configuration, "llm-dash", "config.toml")
    return Path(home, ".config", "llm-dash", "config.toml") if home else None


def read_text(path: Path, name: str) -> str:
    """The text of a file of settings; empty where there is none. Raises SettingsError."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_FILE:
            raise SettingsError(f"{name} is no file of at most {LARGEST_FILE // 1024} KiB")
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingsError(f"{name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name} cannot be read: {error}") from error


def parse(text: str, name: str) -> dict[str, object]:
    """The values in the text of a file. Raises SettingsError."""
    if not text:
        return {}
    # Where there is no file, the first screen does not wait for this.
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise SettingsError(f"{name} cannot be read: it is nested too deeply") from None
    except ValueError as error:
        raise SettingsError(f"{name} cannot be read: {error}") from error


def key_lines(text: str) -> dict[str, int]:
    """The line, from 1, on which each key of a TOML text that can be read begins, by the key with dots."""
    import tomllib

    found: dict[str, int] = {}
    table: tuple[str, ...] = ()
    statement: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not statement and not line.partition("#")[0].strip():
            continue
        statement.append(line)
        try:
            tree = tomllib.loads("\n".join(statement))
        except (ValueError, RecursionError):
            if len(statement) > LONGEST_STATEMENT:
                return found
            continue
        begun, is_header = number - len(statement) + 1, statement[0].lstrip().startswith("[")
        if is_header:
            table = ()
        path = (*table, *_names(tree))
        for length in range(1, len(path) + 1):
            found.setdefault(_joined(path[:length]), begun)
        if is_header:
            table = path
        statement = []
    return found


def find_workspace(start: Path, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The nearest folder, from `start` upwards, that has a plans root or an `llm-dash.toml`; None where there is none."""
    named = environment.get("LLM_DASH_PLANS_ROOT", DEFAULT_PLANS_ROOT)
    root = named if is_inside(named) else DEFAULT_PLANS_ROOT
    return next(
        (folder for folder in (start, *start.parents) if (folder / root).is_dir() or (folder / FILE_NAME).is_file()),
        None,
    )


def is_inside(text: str) -> bool:
    """Whether a path, as it is written, names something below the workspace."""
    path = PurePosixPath(text)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\0" not in text


def _names(tree: object) -> tuple[str, ...]:
    """The names that one statement nests: it has one key at most in each table, but for what its value is."""
    if not isinstance(tree, dict) or len(tree) != 1:
        return ()
    (name, value), *_ = tree.items()
    return (name, *_names(value))


def _joined(path: tuple[str, ...]) -> str:
    key = ""
    for name in path:
        key = dotted(key, name)
    return key
