"""Claims about the IC-MLE contract."""
