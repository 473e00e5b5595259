"""What privacy is worth: accuracy measured over budgets, and the revenue curve that the leader solves with."""
