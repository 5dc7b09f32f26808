"""One suite of behaviour, run for every reachable backend, sync and async."""
