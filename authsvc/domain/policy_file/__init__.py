"""The policy file: YAML text in, a checked `Policy` out, or every mistake at once with its line.

The way of a file: `tree` reads YAML into plain values and remembers where each one stands; `shape` holds them against the models
of `document` and `routing`; `rules` checks what no single field can say; `compiling` makes the `Policy` of it. Nothing here
does I/O.
"""

from authsvc.domain.policy_file.compiling import default_policy, load_policy, load_with_tests
from authsvc.domain.policy_file.mistakes import Mistake, PolicyErrors
from authsvc.domain.policy_file.reference import policy_reference
from authsvc.domain.policy_file.schema import policy_schema

__all__ = ["Mistake", "PolicyErrors", "default_policy", "load_policy", "load_with_tests", "policy_reference", "policy_schema"]
