"""The one door: a response is read and becomes rows."""
