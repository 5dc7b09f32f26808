"""The databases that the conformance suite runs on here, and the tests of it that need to know which they are."""
