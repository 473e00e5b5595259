"""Federated training with unequal budgets, and what its experiments show."""
