"""textual-serve's server with a lock on its door: a secret in the path, and no request that another page made."""

import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from textual_serve.server import Server

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src {socket}; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Nothing from elsewhere is loaded, and the address goes nowhere."""

DEFAULT_PORT = 80
"""Of http: browsers do not name it."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer(Server):
    """Serves `command` at `address`; everything else is not found."""

    def __init__(self, command: str, host: str, listening: socket.socket, templates: Path, *, token: str) -> None:
        port = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        self.origin = f"http://{shown.lower()}" + (f":{port}" if port != DEFAULT_PORT else "")
        """As browsers name it: without the port that they take by themselves."""
        self.address = f"{self.origin}/{token}/"
        self._token = token
        self._listening = listening
        super().__init__(
            command, host, port, title="llm-dash", public_url=self.origin, templates_path=os.fspath(templates)
        )

    def serve(self, debug: bool = False) -> None:
        """Serve until SIGINT or SIGTERM."""
        web.run_app(self._make_app(), sock=self._listening, print=None)

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: the address has been printed."""

    async def _make_app(self) -> web.Application:
        inner = await super()._make_app()
        outer = web.Application(middlewares=[self._guard])
        outer.add_subapp(f"/{self._token}/", inner)
        outer.on_response_prepare.append(self._add_headers)
        return outer

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what was asked under another name (DNS rebinding), or by a page of another origin."""
        if request.headers.get("Host") != self.origin.removeprefix("http://"):
            raise web.HTTPMisdirectedRequest(text="llm-dash is not served under this name.")
        origin = request.headers.get("Origin")
        if origin not in (None, self.origin):
            raise web.HTTPForbidden(text="llm-dash answers only its own page.")
        return await handler(request)

    async def _add_headers(self, _: web.Request, response: web.StreamResponse) -> None:
        address = self.origin.replace("http:", "ws:", 1)
        for name, value in HEADERS.items():
            response.headers[name] = value.format(socket=address)
