"""Games played in rounds: replies, the path they take, where it leads, and what it cost whom."""
