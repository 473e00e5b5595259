"""The re-check of every answer from the declaration, apart from what found it."""
