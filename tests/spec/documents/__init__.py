"""The code blocks of the specification's documents, each run as a test with its own lines."""
