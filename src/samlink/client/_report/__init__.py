"""How results are read and acknowledged."""
