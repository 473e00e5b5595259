"""What is proved, written for other people's checkers: Coq, SMT solvers, Lean, VIPR."""
