"""The files of settings: where they are, what stands in them, and on which line."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
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
DEEPEST = 5
"""Names in a key whose line is told."""


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
    """The line, from 1, on which each key of a TOML text that can be read begins, by the key with dots.

    Keys that are nested deeper than any setting are left out.
    """
    import tomllib

    found: dict[str, int] = {}
    table: tuple[str, ...] = ()
    for begun, statement in _statements(text.replace("\r\n", "\n")):
        try:
            tree = tomllib.loads(statement)
        except RecursionError:
            # What is nested as deeply as can be read where the file was, need not be readable from here.
            continue
        is_header = statement.startswith("[")
        if is_header:
            table = ()
        path = (*table, *_names(tree))[:DEEPEST]
        for length in range(1, len(path) + 1):
            found.setdefault(_joined(path[:length]), begun)
        if is_header:
            table = path
    return found


def find_workspace(start: Path, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The nearest folder, from `start` upwards, that has a plans root or an `llm-dash.toml`; None where there is none."""
    named = environment.get("LLM_DASH_PLANS_ROOT", DEFAULT_PLANS_ROOT)
    root = named if is_inside(named) else DEFAULT_PLANS_ROOT
    return next(
        (
            folder
            for folder in (start, *start.parents)
            if is_folder(folder / root) or os.path.isfile(folder / FILE_NAME)  # noqa: PTH113
        ),
        None,
    )


def is_folder(path: Path) -> bool:
    """Whether a folder is there, whatever the path is: `Path.is_dir` raises OSError where a name is too long."""
    return os.path.isdir(path)  # noqa: PTH112


def current_folder() -> Path:
    """Where the process is. Raises SettingsError where that folder was deleted."""
    try:
        return Path.cwd()
    except OSError:
        raise SettingsError("the current folder is not there any more: go to another one") from None


def is_inside(text: str) -> bool:
    """Whether a path, as it is written, names something below the workspace."""
    path = PurePosixPath(text)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\0" not in text


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header, and each key with its value, of a TOML text that can be read; before it the line, from 1, where it begins.

    The text is gone through once: to try after each line whether a value is whole takes the square of its length.
    """
    start, line, depth = 0, 1, 0
    for token in _TOKENS.finditer(f"{text}\n"):
        mark = token[0]
        if mark in ("[", "{"):
            depth += 1
        elif mark in ("]", "}"):
            depth -= 1
        elif mark == "\n" and not depth:
            lines = text[start : token.start()]
            statement = lines.strip(" \t")
            if statement and not statement.startswith("#"):
                yield line, statement
            line += lines.count("\n") + 1
            start = token.end()


_TOKENS = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\'|#[^\n]*|[\[\]{}\n]', re.DOTALL
)
"""What a line of TOML can end in, and what it cannot end in: strings, of one line or of several, and comments."""


def _names(tree: object) -> tuple[str, ...]:
    """The names that one statement nests: it has one key at most in each table, but for what its value is."""
    names: list[str] = []
    while isinstance(tree, dict) and len(tree) == 1 and len(names) < DEEPEST:
        ((name, tree),) = tree.items()
        names.append(name)
    return tuple(names)


def _joined(path: tuple[str, ...]) -> str:
    key = ""
    for name in path:
        key = dotted(key, name)
    return key
