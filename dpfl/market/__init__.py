"""The market of models, from the survey to the accounts."""
