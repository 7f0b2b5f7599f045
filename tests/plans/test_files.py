import os
from pathlib import Path

import pytest

from llm_dashboard.plans.files import kind_of, read_file, signature_of


def test_read_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    data, signature = read_file(str(path), 4)
    assert data == b"0123"
    assert signature == signature_of(path.stat())
    assert read_file(str(path), 100)[0] == b"0123456789"
    path.write_bytes(b"")
    assert read_file(str(path), 100)[0] == b""


def test_read_file_refuses_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/passwd")
    for name in ("pipe", "link", ".", "missing"):
        with pytest.raises(OSError, match=r"a pipe|a folder|symbolic|No such|directory"):
            read_file(str(tmp_path / name), 10)
    with pytest.raises(OSError, match="a device"):
        read_file("/dev/zero", 10)


def test_kinds() -> None:
    assert kind_of(Path("/dev/null").stat().st_mode) == "a device"
    assert kind_of(Path(__file__).stat().st_mode) == "a file"
