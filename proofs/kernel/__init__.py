"""What is trusted: sentences, their reading as polynomials, and the kernel that checks certificates."""
