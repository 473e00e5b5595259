"""Versions of a model at several budgets: prices near a survey, and menus that earn most."""
