"""The policy of the fleet: read, apply, test, explain."""
