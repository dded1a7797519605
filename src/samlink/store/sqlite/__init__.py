"""The store on SQLite: one writer process, group commits, SQL in .sql files."""
