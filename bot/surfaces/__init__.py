"""What people see: pure functions from data to Block Kit, and back from what Slack sends to data."""
