"""See which TF1 variables exist, who made them, who shares them, and why a call failed."""

__version__ = "0.1.0"
