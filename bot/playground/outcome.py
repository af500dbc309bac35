"""What the app answered to something it was told."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

SECONDS = 3.0


@dataclass(frozen=True)
class Delivery:
    """What the app answered; with status 0 nothing was sent or nothing came back, and the body says which."""

    status: int
    body: Any
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether Slack takes this for an answer."""
        return self.status == HTTPStatus.OK
