"""The documentation's code, run."""
