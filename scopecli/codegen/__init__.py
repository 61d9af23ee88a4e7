"""Writes code: a TF1 program of a scenario, and a scenario of what a program did."""
