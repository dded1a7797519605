"""The codes of the protocol: what became of a message (result codes), and what became of a packet (response codes)."""
