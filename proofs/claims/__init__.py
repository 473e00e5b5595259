"""Claims with verdicts and evidence: what they say, their certificates, and how they are settled."""
