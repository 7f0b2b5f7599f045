"""The documents of an achievement as the details show them: read from disk, those that have not changed only once."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

from llm_dashboard.plans.digests import Digest, execution_digest, feedback_digest, subplan_digest
from llm_dashboard.plans.documents import achievement_section
from llm_dashboard.plans.files import Signature, signature_of
from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain

LIMIT = 1 << 20
"""So many bytes of a document are read."""


class DocumentKind(StrEnum):
    """What a document is to its achievement."""

    PLAN = "plan"
    SUBPLAN = "subplan"
    EXECUTION = "execution"
    FIX = "fix"
    RESOLUTION = "resolution"
    APPROVED = "approved"


class Document(msgspec.Struct, frozen=True):
    """A document as it was read."""

    kind: DocumentKind
    path: str
    """Relative to the workspace, with `/`."""
    signature: Signature | None
    """None where it cannot be read."""
    size: int
    """Bytes."""
    text: str
    """As it is: not yet safe to draw."""
    line: int = 1
    """Where the text begins in the file, counted from 1."""
    digest: Digest | None = None
    problem: str = ""
    """Why it cannot be read; it has no text then."""

    @property
    def is_part(self) -> bool:
        """Whether it is only what the plan says of an achievement."""
        return self.line > 1

    @property
    def opens_at(self) -> int:
        """The line of the file to open it at, counted from 1: of a part of a file, the one above it."""
        return max(1, self.line - 1)


def read_documents(
    root: Path, plan: Plan, achievement: Achievement | None, known: Mapping[str, Document]
) -> tuple[Document, ...]:
    """The documents of an achievement, and what the plan says of it last; of no achievement, the plan.

    Those among the `known` ones, by path, that have not changed are not read again. Not to be called on an event loop.
    """
    wanted: list[tuple[DocumentKind, str]] = []
    if achievement:
        found = achievement.artifacts
        for kind, paths in (
            (DocumentKind.SUBPLAN, found.subplans),
            (DocumentKind.EXECUTION, found.executions),
            (DocumentKind.FIX, found.fix),
            (DocumentKind.RESOLUTION, found.resolutions),
            (DocumentKind.APPROVED, found.approved),
        ):
            wanted += [(kind, path) for path in paths]
    wanted.append((DocumentKind.PLAN, plan.plan_file))
    return tuple(_read(root, kind, path, achievement, known.get(path)) for kind, path in wanted)


def _read(
    root: Path, kind: DocumentKind, path: str, achievement: Achievement | None, known: Document | None
) -> Document:
    try:
        status = (root / path).stat()
        signature = signature_of(status)
        if known and known.signature == signature and not known.problem:
            return known
        text = read_document(root, path, LIMIT)
    except OSError as error:
        return Document(kind, path, None, 0, "", problem=plain(error.strerror or str(error)))
    line, digest = 1, None
    if kind is DocumentKind.PLAN and achievement:
        section = achievement_section(text, achievement.id)
        text, line = section.body, (section.line or achievement.line) + 1
    elif achievement:
        digest = _digest(kind, text, achievement.id)
    return Document(kind, path, signature, status.st_size, text, line, digest)


def _digest(kind: DocumentKind, text: str, achievement_id: str) -> Digest:
    match kind:
        case DocumentKind.SUBPLAN:
            return subplan_digest(text)
        case DocumentKind.EXECUTION:
            return execution_digest(text, achievement_id)
        case _:
            return feedback_digest(text)
