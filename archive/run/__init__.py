"""One run that writes: folder, lock, batches, imports, and what a killed run left behind."""
