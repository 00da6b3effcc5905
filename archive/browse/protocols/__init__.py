"""The protocols of other archives and their tools: CDX, raw replay, Memento, WACZ. Read only; errors are plain text."""
