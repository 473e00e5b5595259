"""The IC-MLE contract: a menu of budgets and payments for owners of unknown cost."""
