"""A third generator of transmissions, written from the issue before the model was looked at, and its truth."""
