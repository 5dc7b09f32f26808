"""What type checkers must infer and refuse."""
