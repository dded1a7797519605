"""Help pages and shell completion, made from the tree of commands."""
