"""Git, called so that a repository cannot run anything: it is as untrusted as a plan.

What a repository could have run, and what keeps it from that:

- external diffs, textconv, pagers: the options of the call; it ends in no terminal
- `core.fsmonitor`, hooks: overridden; no index is written, so that no hook for that runs
- clean and process filters, which git runs to compare a file: each one that is configured is overridden
- submodules, whose own configuration git would read: ignored
- objects that are fetched where they are missing (`core.sshCommand`, `ext::`): no protocol is allowed
- `GIT_*` of the environment: not passed on
"""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from llm_dashboard.safe_text import plain

TIME_LIMIT = 10.0
"""Seconds for one call."""
MAX_BYTES = 512 * 1024
"""Of what one call says; the rest is left out."""


MAX_FILTERS = 100
"""More are a trap, not a repository."""


class GitError(Exception):
    """Why git did not do it: a sentence."""


class Git:
    """Calls git in a workspace, in such a way that nothing of the repository is run."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._environment = _environment(os.environ)

    @classmethod
    async def at(cls, workspace: Path) -> "Git":
        """Git for that workspace. Raises GitError where git or a repository is missing."""
        git = cls(workspace)
        data, is_cut = await git._call("config", "--null", "--name-only", "--get-regexp", r"^filter\.", may_fail=True)
        await git._call("rev-parse", "--is-inside-work-tree")
        # As they are in bytes: a filter that is overridden under another name would run.
        names = {match[1] for key in os.fsdecode(data).split("\0") if (match := _FILTER.fullmatch(key))}
        if is_cut or len(names) > MAX_FILTERS:
            raise GitError("The repository configures too many filters to switch them off: git is not asked.")
        settings = [
            (f"filter.{name}.{key}", value)
            for name in sorted(names)
            for key, value in (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
        ]
        git._environment["GIT_CONFIG_COUNT"] = str(len(settings))
        for number, (key, value) in enumerate(settings):
            git._environment[f"GIT_CONFIG_KEY_{number}"] = key
            git._environment[f"GIT_CONFIG_VALUE_{number}"] = value
        return git

    async def commit(self, since: str | None) -> str:
        """The commit to compare with; the empty tree where nothing is committed."""
        if since:
            data, _ = await self._call("rev-list", "-1", f"--before={since}", "HEAD", "--", may_fail=True)
            if data.strip():
                return _text(data).strip()
        data, _ = await self._call("rev-parse", "--verify", "--quiet", "HEAD^{commit}", may_fail=True)
        return _text(data).strip() or _EMPTY_TREE

    async def diff(self, base: str, paths: Sequence[str]) -> tuple[str, bool]:
        """A unified diff of those of the paths that git knows, against their state in `base`; and whether its end was cut.

        It has no renames, and paths are relative to the workspace.
        """
        data, is_cut = await self._call(
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--no-renames",
            "--ignore-submodules=all",
            "--relative",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            base,
            "--",
            *paths,
        )
        return _text(data), is_cut

    async def untracked(self, paths: Sequence[str]) -> list[str]:
        """Those of the paths that git does not know, without ignored ones."""
        data, _ = await self._call("ls-files", "-z", "--others", "--exclude-standard", "--", *paths)
        return [os.fsdecode(name) for name in data.split(b"\0") if name]

    async def _call(self, *arguments: str, may_fail: bool = False) -> tuple[bytes, bool]:
        """The output, at most `MAX_BYTES`, and whether it was cut. Raises GitError."""
        argv = ("git", "--no-pager", "--no-optional-locks", "--literal-pathspecs", "-C", str(self._workspace))
        async with _child([*argv, *_OVERRIDES, *arguments], self._environment) as child:
            complaint = asyncio.create_task(_read(child.stderr))
            try:
                async with asyncio.timeout(TIME_LIMIT):
                    data = await _read(child.stdout)
                    if len(data) > MAX_BYTES:
                        return data[: data.rfind(b"\n", 0, MAX_BYTES) + 1], True
                    said = await complaint
                    status = await child.wait()
            except TimeoutError:
                raise GitError(_TOO_SLOW) from None
            finally:
                complaint.cancel()
                await asyncio.wait([complaint])
        if status and not may_fail:
            raise GitError(_why(_text(said)))
        return (data if status == 0 else b""), False


@asynccontextmanager
async def _child(argv: Sequence[str], environment: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process, in a group of its own; what is left of the group at the end is killed. Raises GitError."""
    try:
        child = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise GitError(f"git cannot be run ({reason}): what has changed cannot be shown.") from None
    try:
        yield child
    finally:
        if child.returncode is None:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            # What is left in the pipes would keep them open.
            await child.communicate()


async def _read(stream: asyncio.StreamReader | None) -> bytes:
    """All of a stream, or a little more than `MAX_BYTES` of it."""
    data = bytearray()
    while stream and len(data) <= MAX_BYTES and (part := await stream.read(64 * 1024)):
        data += part
    return bytes(data)


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in given.items() if not name.startswith("GIT_")}
    return kept | {
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _why(said: str) -> str:
    """What git's complaint means to a person."""
    if "not a git repository" in said or "must be run in a work tree" in said:
        return "The workspace is in no git repository: what has changed cannot be shown."
    if "dubious ownership" in said:
        return (
            "The repository belongs to somebody else, and git does not read it: see `git help config`, safe.directory."
        )
    first = next((line for line in said.split("\n") if line.strip()), "it gave no reason")
    return f"git cannot tell what has changed: {plain(first)}"


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


_TOO_SLOW = f"git took longer than {TIME_LIMIT:.0f} seconds: what has changed cannot be shown."
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_OVERRIDES = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.quotePath=false",
    "-c",
    "safe.bareRepository=explicit",
    "-c",
    "protocol.allow=never",
)
_FILTER = re.compile(r"filter\.(.*)\.[a-z]+", re.IGNORECASE | re.DOTALL)
