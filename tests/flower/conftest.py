"""Flower's nodes are imported where Flower is; there is no doctest in them."""

collect_ignore = ["nodes.py"]
