"""What the app asks a workspace to allow."""

from typing import Final

SCOPES: Final = ("commands", "chat:write", "users:read")
"""All that the app asks for. It cannot read a conversation, nor write as anybody."""
