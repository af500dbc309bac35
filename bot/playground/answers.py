"""What becomes of a modal when it is sent: what Slack's client checks, and what the app's answer does."""

from typing import Any

from bot.playground.cast import words
from bot.playground.inputs import complaint, inputs
from bot.playground.rules import Refused, check_view
from bot.playground.schema import Json, finding
from bot.playground.views import View, Views


def complaints(view: View, language: str) -> dict[str, str]:
    """What Slack's client finds missing or wrong before anything is sent, by block id."""
    spoken = words(language)
    found = {each.key[0]: complaint(each, view.typed.get(each.key)) for each in inputs(view.blocks)}
    return {block: spoken[what[0]].format(**what[1]) for block, what in found.items() if what}


def apply(views: Views, view: View, body: Any) -> None:
    """Does what the answer to a submission asks."""
    action = body.get("response_action") if isinstance(body, dict) else None
    if body in ("", {}):
        views.pop(view.user)
    elif action == "clear":
        views.clear(view.user)
    elif action == "errors":
        view.errors = _checked(view, body.get("errors"))
    elif action == "update":
        views.rewrite(view, _modal(body))
    elif action == "push":
        views.add(view.user, _modal(body))
    else:
        raise Refused("invalid_response", [f"[ERROR] not an answer to a modal: {body!r}"])


def _modal(body: Json) -> Json:
    check_view(body.get("view"), "modal")
    return dict(body["view"])


def _checked(view: View, errors: Any) -> dict[str, str]:
    if not isinstance(errors, dict) or not errors:
        raise Refused("invalid_arguments", [finding("must name at least one input block", "/errors")])
    known = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    wrong = [finding("not an input block of this view", f"/errors/{name}") for name in errors.keys() - known]
    wrong += [
        finding("must be a text", f"/errors/{name}")
        for name, text in errors.items()
        if not text or not isinstance(text, str)
    ]
    if wrong:
        raise Refused("invalid_arguments", wrong)
    return errors
