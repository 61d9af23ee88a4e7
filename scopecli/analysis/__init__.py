"""Answers questions about reports: which variables, who shares them, what differs, what is suspect."""
