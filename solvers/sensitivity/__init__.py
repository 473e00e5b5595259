"""What a certified answer would be if a datum were a little different: derivatives, and how far they hold."""
