"""Where to look: lists, web archives, copies; what spiders share."""
