"""Properties of a contract's menu."""
