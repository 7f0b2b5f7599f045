"""Folders of the workspace: made where they are wanted, and nowhere else."""

import stat
from pathlib import Path

from llm_dashboard.plans.files import kind_of


def make_folder(root: Path, relative: str, *, new: bool = False) -> None:
    """Make a folder of the workspace, with its parents; `relative` is a path with `/`.

    Raises FileExistsError where it must be `new` and the path is taken, OSError where something else is in its way, where it
    leads out of the workspace, or where it cannot be made. The message is one sentence.
    """
    parts = relative.split("/")
    for path in ("/".join(parts[: number + 1]) for number in range(len(parts))):
        try:
            mode = (root / path).stat().st_mode
        except FileNotFoundError:
            continue
        except OSError as error:
            raise OSError(f"{path} cannot be looked at: {error.strerror}") from error
        if not stat.S_ISDIR(mode):
            raise NotADirectoryError(f"{path} is {kind_of(mode)}, not a folder; move it out of the way")
    if not (root / relative).resolve().is_relative_to(root.resolve()):
        raise OSError(f"{relative} leads out of the workspace")
    try:
        (root / relative).mkdir(parents=True, exist_ok=not new)
    except FileExistsError:
        raise FileExistsError(f"{relative} exists already") from None
    except OSError as error:
        raise OSError(f"{relative} cannot be made: {error.strerror}") from error
