"""From a message to the record that carries it. Pure."""
