"""What `samlink bench` and `samlink agent bench` run: load, floors and measurements, as values; the CLI shows them."""
