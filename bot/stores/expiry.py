"""The end of what is kept: an index stays for as long as what it names."""

from __future__ import annotations

OUTLAST = """
local function outlast(index, seconds)
  redis.call('EXPIRE', index, seconds, 'NX')
  redis.call('EXPIRE', index, seconds, 'GT')
end
"""
"""What an index names may be from when admins kept things for longer."""
