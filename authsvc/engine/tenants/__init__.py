"""What is set for whole tenants. `State` holds all of it, and `domain.access` makes children inherit it."""
