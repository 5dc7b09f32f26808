"""Tests of the drivers: what is sent, what comes back, and what happens when a server goes."""
