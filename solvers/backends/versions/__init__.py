"""The price menus' own algorithms."""
