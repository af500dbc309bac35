"""Decline: private drafts for saying no at work."""
