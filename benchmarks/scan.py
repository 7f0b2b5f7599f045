"""How quickly a workspace of plans is read, and read again: in full, after one changed file, and the memory it takes.

Usage: python benchmarks/scan.py [--plans 10 100 1000 10000] [--rounds N] [--workspace DIR]

The workspaces are written into a temporary folder: a plan is of 30 kB with 12 achievements, 8 SUBPLANs, 8 EXECUTION_TASKs, 6
feedbacks, every fourth with a parallel.json, 237 kB in all, as the median of real ones. The bare cost, in the same run and in
turns, is `os.walk` over the same folders and `open(…).read()` of those files that the scan has opened, and no more. Times are
those of the processor, the least of all rounds: this machine may be busy. Everything is in the page cache.
"""

import argparse
import gc
import json
import os
import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from llm_dashboard.plans.workspace import Workspace

PLANS = "work-space/plans"
WORDS = ("plan", "review", "status", "prompt", "index", "scope", "parser", "feedback", "archive", "section", "library")


def prose(chance: random.Random, size: int) -> str:
    """Markdown of about `size` bytes: paragraphs, lists, tables, code and headings, as plans have them."""
    parts: list[str] = []
    while size > 0:
        words = [chance.choice(WORDS) for _ in range(40)]
        line = " ".join(words[:10])
        part = chance.choice(
            [
                f"{' '.join(words).capitalize()}.\n\n",
                "".join(f"- **{word.title()}**: {line}\n" for word in words[:5]) + "\n",
                "".join(f"- [ ] {word} {line}\n" for word in words[:4]) + "\n",
                "| Area | Note |\n| --- | --- |\n" + "".join(f"| {word} | {line} |\n" for word in words[:4]) + "\n",
                "```python\n"
                + "".join(f"def {word}(self):\n    return self.{word}\n" for word in words[:4])
                + "```\n\n",
                f"### {words[0].title()} {words[1]}\n\n{line}\n\n",
            ]
        )
        parts.append(part)
        size -= len(part)
    return "".join(parts)


def write_plan(root: Path, number: int) -> None:
    """Write a plan and the documents beside it. What it holds depends on its number only."""
    chance = random.Random(number)
    name = f"{chance.choice(WORDS)}-{number:05}".upper()
    folder = root / PLANS / name
    for below in ("subplans", "execution/feedbacks"):
        (folder / below).mkdir(parents=True)
    ids = [f"{priority}.{minor}" for priority in range(4) for minor in range(1, 4)]
    titles = {each: " ".join(chance.choices(WORDS, k=3)).capitalize() for each in ids}
    groups = {each: f"\n**Priority {each[0]}: {chance.choice(WORDS).title()}**\n\n" for each in ids[::3]}
    index = "".join(f"{groups.get(each, '')}- Achievement {each}: {title}\n" for each, title in titles.items())
    body = "".join(
        f"**Achievement {each}**: {title}\n\n- **Effort**: 2-3 hours\n\n{prose(chance, 1700)}"
        for each, title in titles.items()
    )
    goal = " ".join(chance.choices(WORDS, k=20))
    head = f"# PLAN: {name.title()}\n\n**Status**: 🚀 Ready  \n**Priority**: HIGH  \n**Goal**: {goal}\n\n---\n\n"
    (folder / f"PLAN_{name}.md").write_text(
        f"{head}## 📖 Context\n\n{prose(chance, 5500)}## 📋 Achievement Index\n{index}\n---\n\n## 📋 Achievements\n\n{body}"
    )
    approved = ids[: chance.randint(4, 6)]
    for each in ids[:8]:
        compact = each.replace(".", "")
        status = "✅ Complete" if each in approved else "🔄 In Progress"
        documents = {
            f"subplans/SUBPLAN_{name}_{compact}.md": f"# SUBPLAN: {titles[each]}\n\n{prose(chance, 9800)}",
            f"execution/EXECUTION_TASK_{name}_{compact}_01.md": (
                f"# EXECUTION_TASK: {titles[each]}\n\n**Status**: {status}  \n\n{prose(chance, 5600)}"
            ),
        }
        if each in approved or each == ids[6]:
            kind = "APPROVED" if each in approved else "FIX"
            documents[f"execution/feedbacks/{kind}_{compact}.md"] = (
                f"# {kind}: Achievement {each}\n\n{prose(chance, 12700)}"
            )
        for path, text in documents.items():
            (folder / path).write_text(text)
    if number % 4 == 0:
        entries = [
            {"achievement_id": each, "title": titles[each], "dependencies": ids[max(0, place - 1) : place]}
            for place, each in enumerate(ids)
        ]
        (folder / "parallel.json").write_text(json.dumps({"plan_name": name, "achievements": entries}, indent=2))


class Opened:
    """The files and folders that a piece of work opens, as the interpreter reports them."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self._listening = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._listening and event == "open" and isinstance(arguments[0], str):
            self.files.append(arguments[0])

    def by(self, work: Callable[[], object]) -> list[str]:
        """The files that are opened by the work."""
        self.files = []
        self._listening = True
        work()
        self._listening = False
        return self.files


def seconds(work: Callable[[], object]) -> float:
    """Processor time of the work."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def bare(root: Path, files: list[str]) -> None:
    """List the folders below the plans root, and read the files."""
    for _ in os.walk(root / PLANS):
        pass
    for file in files:
        with open(file, "rb") as opened:
            opened.read()


def measure(root: Path, opened: Opened, rounds: int) -> None:
    """Measure in turns, and print a line."""
    files = opened.by(Workspace(root).load)
    workspace = Workspace(root)
    state = workspace.load()
    changing = root / state.plans[len(state.plans) // 2].plan_file
    content = changing.read_bytes()
    times: dict[str, list[float]] = {"bare": [], "scan": [], "again": [], "changed": []}
    for number in range(rounds):
        times["bare"].append(seconds(lambda: bare(root, files)))
        times["scan"].append(seconds(Workspace(root).load))
        changing.write_bytes(content + b"\n" * (number % 2 + 1))
        before = workspace.load()
        times["again"].append(seconds(workspace.load))
        changing.write_bytes(content)
        times["changed"].append(seconds(lambda: workspace.load([str(changing)])))
        after = workspace.load()
        assert sum(one is not other for one, other in zip(before.plans, after.plans, strict=True)) <= 1
    tracemalloc.start()
    began = tracemalloc.get_traced_memory()[0]
    kept = Workspace(root)
    kept.load()
    memory = (tracemalloc.get_traced_memory()[0] - began) / len(state.plans)
    tracemalloc.stop()
    least = {name: min(values) * 1000 for name, values in times.items()}
    print(
        f"{len(state.plans):6} plans  bare {least['bare']:7.1f} ms  scan {least['scan']:7.1f} ms  "
        f"ratio {least['scan'] / least['bare']:5.2f}  {least['scan'] / len(state.plans) * 1000:4.0f} µs a plan  "
        f"all again {least['again']:6.1f} ms  one changed {least['changed']:5.1f} ms  {memory / 1024:5.1f} kB a plan",
        flush=True,
    )


def main() -> None:
    """Write the workspaces, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", type=int, nargs="+", default=[10, 100, 1000, 10000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--workspace", type=Path, help="measure this one, in which one plan file is written and restored"
    )
    options = parser.parse_args()
    opened = Opened()
    if options.workspace:
        measure(options.workspace.resolve(), opened, options.rounds)
        return
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        written = 0
        for count in sorted(options.plans):
            for number in range(written, count):
                write_plan(root, number)
            written = max(written, count)
            measure(root, opened, options.rounds)


if __name__ == "__main__":
    main()
