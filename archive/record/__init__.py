"""The record: WARC files written and walked through, and what their bytes say."""
