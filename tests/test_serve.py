"""`serve`: the app in a real browser, and nothing for anybody else."""

import asyncio
import base64
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec
import pytest

SAMPLE = Path(__file__).parents[1] / "src" / "llm_dashboard" / "demo" / "work-space"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 60
"""Seconds; never needed."""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    root = tmp_path / "demo with a space"
    shutil.copytree(SAMPLE, root / "work-space")
    return root


@pytest.fixture
def address(workspace: Path) -> Iterator[str]:
    """Where the app is served."""
    argv = [sys.executable, "-P", "-m", "llm_dashboard", "--workspace", str(workspace), "serve"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


async def test_only_the_secret_address_answers(address: str) -> None:
    origin, token = address.rstrip("/").rsplit("/", 1)
    assert len(token) >= 32
    async with aiohttp.ClientSession() as session:

        async def status(url: str, **headers: str) -> int:
            async with session.get(url, headers=headers) as response:
                return response.status

        assert await status(address) == 200
        assert await status(f"{address}static/js/textual.js") == 200
        assert await status(origin) == 404
        assert await status(f"{origin}/ws") == 404
        assert await status(f"{origin}/{token[:-1]}/") == 404
        assert await status(address, Host="attacker.example") == 421
        assert await status(address, Origin="http://attacker.example") == 403
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await session.ws_connect(f"{address}ws", origin="http://attacker.example")
        async with session.get(address) as response:
            page = await response.text()
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert "https://" not in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "every address at once"),
        (["--host", "::"], "every address at once"),
        (["--host", "203.0.113.7"], "cannot be served"),
        (["--port", "99999"], "is no port"),
    ],
)
def test_what_cannot_be_served_is_said(workspace: Path, arguments: list[str], said: str) -> None:
    argv = [sys.executable, "-P", "-m", "llm_dashboard", "--workspace", str(workspace), "serve", *arguments]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


class Page:
    """A page of a real browser, by the DevTools protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self.drawn = b""
        """What the terminal in the page was sent."""

    async def call(self, method: str, **parameters: object) -> dict[str, object]:
        """Call a method, and wait for its answer."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while True:
            message = await self._receive()
            if message.get("id") == self._number:
                assert "error" not in message, message
                return msgspec.convert(message["result"], dict[str, object])

    async def shows(self, text: str) -> None:
        """Wait until the terminal was sent that text."""
        while text.encode() not in self.drawn:
            await self._receive()

    async def click(self, x: int, y: int) -> None:
        """Click at a place, in pixels."""
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def press(self, key: str) -> None:
        """Type a printable key."""
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=key, key=key)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def _receive(self) -> dict[str, object]:
        message = msgspec.json.decode((await self._socket.receive_str()).encode(), type=dict[str, object])
        if message.get("method") == "Network.webSocketFrameReceived":
            frame = msgspec.convert(message["params"], Frame).response
            if frame.opcode == 2:
                self.drawn += base64.b64decode(frame.payload)
        return message


class Payload(msgspec.Struct):
    """What came in a frame; in base64 where the opcode is 2."""

    opcode: int
    payload: str = msgspec.field(name="payloadData")


class Frame(msgspec.Struct):
    """A frame that the page received."""

    response: Payload


class Target(msgspec.Struct):
    """Something that the browser can be asked about."""

    type: str
    socket: str = msgspec.field(name="webSocketDebuggerUrl")


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Page]:
    """A headless Chromium with one empty page."""
    assert CHROMIUM
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
        *("--remote-debugging-port=0", f"--user-data-dir={folder}", "--window-size=1000,600", "about:blank"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr
    try:
        line = b""
        while b"DevTools listening on" not in line:
            line = await process.stderr.readline()
            assert line, "the browser has ended"
        port = line.decode().split("127.0.0.1:")[1].split("/")[0]
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as response:
                targets = msgspec.json.decode(await response.read(), type=list[Target])
            page = next(target for target in targets if target.type == "page")
            async with session.ws_connect(page.socket, max_msg_size=0) as socket:
                yield Page(socket)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the app was not tried in a browser")
async def test_a_browser_shows_the_plans_and_a_key_starts_a_run(address: str, workspace: Path, tmp_path: Path) -> None:
    async with asyncio.timeout(PATIENCE), browser(tmp_path / "browser") as page:
        await page.call("Network.enable")
        await page.call("Page.enable")
        await page.call("Page.navigate", url=address)
        await page.shows("llm-dash")
        await page.shows("WEATHER-STATION")
        await page.click(500, 300)
        await page.press("1")
        await page.shows("Cancel")
        await page.press("y")
        runs = workspace / ".llm-dash" / "runs"
        await page.shows("Deliverables")
        assert list(runs.glob("*/result.json"))
        picture = await page.call("Page.captureScreenshot", format="png")
        (tmp_path / "page.png").write_bytes(base64.b64decode(str(picture["data"])))
