"""`make demo`: four products, each with a policy file and no code, behind a real Envoy."""
