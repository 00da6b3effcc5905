"""One run that writes: folder, lock, batches, imports, and recovery after a killed run.

In: the folder of an archive and the exchanges of one crawl or import.
Out: an open archive with one writer; batches in the record first, then in the view.
"""

__all__ = ["account", "batches", "fetches", "folder", "held", "imports", "lock", "recover", "stretches"]
