"""By which rules an HTTP request becomes a question about a credential, and an answer becomes HTTP again.

The way of a request: `path`, `method` and `host` leave one reading of it or refuse it; `routes` finds the one rule that it falls
under; `credentials`, `client_address` and `circumstances` read what the rule needs; `rules` puts them together. The way back:
`identity` says which headers the upstream gets, `responses` what the client gets.

Rules:
1. Ambiguity is a refusal, never a guess: what two servers could read differently is `Malformed`.
2. What no route covers is refused. Nothing here lets a request through but a route that says so.
3. A message is our own text. What a client sent is never repeated in one.
"""
