"""What must happen to messages and files though nobody asks."""
