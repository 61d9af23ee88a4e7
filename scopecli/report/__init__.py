"""What is known of a source: its calls, variables and values, in plain rows."""
