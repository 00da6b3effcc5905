"""From bytes to lines: charset, tree, layout, and the known content systems."""
