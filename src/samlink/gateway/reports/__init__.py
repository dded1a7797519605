"""Results on their way to customers, whatever the connection that they go out on."""
