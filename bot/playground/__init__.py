"""A small, strict Slack in the browser: for trying the app, and for testing it."""

from bot.playground.conversations import Message
from bot.playground.delivery import Delivery
from bot.playground.record import ApiCall
from bot.playground.slack import Slack
from bot.playground.views import View

__all__ = ["ApiCall", "Delivery", "Message", "Slack", "View"]
