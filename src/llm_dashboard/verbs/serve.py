"""`llm-dash serve`: the same app in a browser, behind an address that nobody can guess."""

import ipaddress
import secrets
import shlex
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.safe_text import plain

LOCAL = "127.0.0.1"
TEMPLATES = Path(__file__).parent / "served"


def serve(root: Path, host: str, port: int, flags: Mapping[str, str] = {}) -> int:
    """Serve the app on that workspace until SIGINT or SIGTERM; the exit status. Port 0 is a free one."""
    try:
        from llm_dashboard.verbs.web_server import WebServer
    except ModuleNotFoundError as error:
        print(f"llm-dash: serve needs {error.name}: pip install 'llm-dash[serve]'", file=sys.stderr)
        return ExitStatus.PREREQUISITE_MISSING
    if not host.strip("0:."):
        print(f"llm-dash: {plain(host)} is every address at once; name the one that you will open.", file=sys.stderr)
        return ExitStatus.USAGE
    given = [f"--set={key}={value}" for key, value in flags.items()]
    command = shlex.join([sys.executable, "-P", "-m", "llm_dashboard", "--workspace", str(root), *given])
    try:
        listening = _listen(host, port)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        print(f"llm-dash: {plain(host)} port {port} cannot be served: {plain(reason)}", file=sys.stderr)
        return ExitStatus.USAGE
    server = WebServer(command, host, listening, TEMPLATES, token=secrets.token_urlsafe(24))
    if not _is_local(host):
        print(
            f"llm-dash: {plain(host)} can be reached from elsewhere, and nothing is encrypted: whoever learns the address "
            "runs commands as you.",
            file=sys.stderr,
        )
    print(server.address, flush=True)
    print("llm-dash: open this address in a browser; Ctrl+C ends.", file=sys.stderr)
    server.serve()
    return ExitStatus.DONE


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens already: whoever reads the address may come at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
