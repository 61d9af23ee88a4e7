"""Reads sources: each becomes what the commands work on."""
