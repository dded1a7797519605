"""What the gateway keeps of the store in memory, and reads again when it has changed."""
