"""Argon2id: computed in few threads, never on the event loop, once for each credential, and fairly (ADR 6)."""
