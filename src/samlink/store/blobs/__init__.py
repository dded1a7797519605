"""Where the bytes of uploaded files are kept."""
