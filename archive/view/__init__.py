"""The tables of archive.db, and what each later look found in them."""
