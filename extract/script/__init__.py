"""Both Chinese scripts folded into one."""
