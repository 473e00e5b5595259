"""What training with unequal budgets decides: how much each client counts."""
