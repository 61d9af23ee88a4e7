"""Campaigns of mutated inputs, run by hand: `python -m tests.fuzz KIND COUNT SEED`."""
