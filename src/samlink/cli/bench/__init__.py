"""`samlink bench`: a gateway of its own, a load generator, the floors to read its figures against, and the report."""
