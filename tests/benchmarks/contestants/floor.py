"""The floor: an aiohttp handler that checks the signature and makes the one call, and does nothing else.

`python -m tests.benchmarks.contestants.floor PORT SLACK SECRET`. The last part of the address a request is
sent to says which call that is, so that every interaction has its floor.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import aiohttp
import uvloop
from aiohttp import web

from tests.benchmarks.contestants import STATIC_VIEW

SESSION: web.AppKey[aiohttp.ClientSession] = web.AppKey("session")


def main(port: int, slack: str, secret: bytes) -> None:
    """Serve until told to stop."""

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        signed = b"v0:" + request.headers["X-Slack-Request-Timestamp"].encode() + b":" + body
        expected = "v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers["X-Slack-Signature"]):
            return web.Response(status=401)
        method = request.match_info["method"]
        call = {"view": STATIC_VIEW}
        if method == "views.open":
            form = parse_qs(body.decode())
            asked = json.loads(form["payload"][0]) if "payload" in form else form
            call["trigger_id"] = str(asked["trigger_id"])
        url = f"{slack}/response/1" if method == "response" else f"{slack}/api/{method}"
        async with request.app[SESSION].post(url, data=json.dumps(call), headers=headers) as answer:
            await answer.read()
        return web.Response()

    async def session(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as made:
            app[SESSION] = made
            yield

    headers = {"Content-Type": "application/json", "Authorization": "Bearer xoxb-bench"}
    app = web.Application()
    app.cleanup_ctx.append(session)
    app.router.add_post("/{method}", handle)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3].encode())
