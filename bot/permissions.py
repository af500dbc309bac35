"""What the app asks Slack for, and nothing more."""

SCOPES = ("chat:write", "commands", "users:read")
"""It cannot read a conversation, nor write as anybody."""
