"""A check as text for whoever reads it: people, editors, code hosts, build servers."""
