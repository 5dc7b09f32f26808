"""The tests of runic; ``CONTRIBUTING.md`` says how to run one of them, one backend, or all."""
