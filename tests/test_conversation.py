"""An agent's run, told in text."""

import json
from pathlib import Path

import pytest

from llm_dashboard.agents.models import OutputKind
from llm_dashboard.verbs.conversation import SHORT, ConversationPrinter


def lines(*items: dict[str, object]) -> bytes:
    return "".join(f"{json.dumps({'type': 'item.completed', 'item': item})}\n" for item in items).encode()


def test_a_conversation_is_printed_as_it_grows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "output.log"
    printer = ConversationPrinter(log, OutputKind.CODEX_JSONL)
    printer.print_new(last=False)
    answer = "".join(f"line {number}\n" for number in range(SHORT + 3))
    command = {"id": "i", "type": "command_execution", "command": "make", "aggregated_output": answer, "exit_code": 0}
    data = lines(command, {"type": "agent_message", "text": "Done \x1b[2J."}) + b"warning: no end"
    log.write_bytes(data[:30])
    printer.print_new(last=False)
    assert capsys.readouterr().out == ""
    log.write_bytes(data)
    printer.print_new(last=False)
    said = capsys.readouterr().out.split("\n")
    assert (said[0], said[1], said[SHORT]) == ("> shell make", "  line 0", f"  line {SHORT - 1}")
    assert said[SHORT + 1 :] == ["  … (3 more lines in the log)", "Done .", ""]
    printer.print_new(last=True)
    assert capsys.readouterr().out == "warning: no end\n"
