"""One judgement of files and models: find them, judge each as it asks, and say so in any format."""
