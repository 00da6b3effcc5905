"""One module a publisher: its article template and its listings, after reference notes on real sites."""
