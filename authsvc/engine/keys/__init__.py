"""The use cases of keys: one file each, all ending in a receipt."""
