"""What other archives and their tools ask: CDX, raw replay, Memento, WACZ. Read only; refusals are plain text."""
