"""Settling stored bills by columns: what is known of them, what stands in the way, what the engine makes of them."""
