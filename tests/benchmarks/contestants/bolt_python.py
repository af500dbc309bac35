"""Bolt for Python as its documentation writes an async app: acknowledge, then open a view.

https://docs.slack.dev/tools/bolt-python/concepts/opening-modals and /concepts/async; only Slack's address is
another. `python -m tests.benchmarks.contestants.bolt_python PORT SLACK SECRET`.
"""

import sys

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.benchmarks.contestants import STATIC_VIEW

port, slack, secret = int(sys.argv[1]), sys.argv[2], sys.argv[3]

app = AsyncApp(client=AsyncWebClient("xoxb-bench", base_url=f"{slack}/api/"), signing_secret=secret)


@app.command("/decline")
async def open_modal(ack, body, client):
    """Open a modal."""
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=STATIC_VIEW)


if __name__ == "__main__":
    app.start(port)
