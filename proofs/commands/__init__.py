"""The command line of proofs."""
