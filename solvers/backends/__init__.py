"""What finds answers; nothing it says is believed."""
