"""Claims as files for Coq: statements as they were declared, every step from its certificate, induction over lists."""
