"""Other people's ways to train with unequal budgets, rebuilt from their papers and put under one exact account."""
