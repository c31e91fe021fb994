"""Questions: requirement, context and cost into a `Query`. On the path of every decision, so what is asked again is read once."""

from __future__ import annotations

from typing import Final, Literal, Protocol

from authsvc.domain.decision import ANYONE, Query, Requirement
from authsvc.domain.expression import Expression, parse_expression, veiled
from authsvc.domain.limits import MAX_COST
from authsvc.domain.network import Address, parse_address
from authsvc.domain.policy import Policy, parse_name
from authsvc.domain.resources import parse_resource
from authsvc.domain.scopes import parse_scope
from authsvc.domain.tenants import parse_tenant
from authsvc.transport.codec.texts import plain
from authsvc.transport.codec.violations import Violations
from authsvc.v1 import decision_pb2

MAX_SCOPES: Final = 64
MAX_AUDIENCE: Final = 256
MAX_NAMED: Final = 5
"""Unknown scopes named in one violation."""
REMEMBERED: Final = 4096
"""Requirements kept compiled; callers send the same few again."""
_read_audience = plain(MAX_AUDIENCE)


class Question(Protocol):
    """What VerifyRequest and CheckScopeRequest have in common."""

    @property
    def requirement(self) -> decision_pb2.Requirement:
        """What the call needs."""

    @property
    def context(self) -> decision_pb2.Context:
        """Facts about the call."""

    @property
    def min_revision(self) -> int:
        """Decide on this revision or a later one."""

    def HasField(self, field_name: Literal["context"]) -> bool:  # noqa: N802 - protobuf's own name
        """Whether anything is said of the call."""


class Requirements:
    """Reads questions under the policy of the moment."""

    def __init__(self) -> None:
        self._policy: Policy | None = None
        self._compiled: dict[bytes, Query] = {}
        """Questions about a requirement and nothing more, by its bytes."""

    def query(self, question: Question, cost: int, policy: Policy) -> Query:
        """A question as the engine takes it. A cost of 0 means 1.

        Raises:
            InvalidArgument: every field that is wrong.
        """
        if policy is not self._policy:
            self._policy, self._compiled = policy, {}
        # Fields of a newer contract are among the bytes, so what was compiled once was looked through once.
        name = question.requirement.SerializeToString()
        plain = self._compiled.get(name)
        if plain is not None and cost <= 1 and question.min_revision >= 0 and not question.HasField("context"):
            return plain
        violations = Violations()
        requirement = read_requirement(question.requirement, policy, violations) if plain is None else plain.requirement
        if not violations.found:
            self._remember(name, requirement)
        source, tenant, environment = read_context(question.context, policy, violations)
        if cost > MAX_COST:
            violations.add("cost", f"1 to {MAX_COST}; 0 means 1")
        check_revision(question.min_revision, violations)
        violations.check()
        return Query(requirement, source, tenant, environment, cost or 1)

    def _remember(self, name: bytes, requirement: Requirement) -> None:
        if name in self._compiled:
            return
        if len(self._compiled) >= REMEMBERED:
            del self._compiled[next(iter(self._compiled))]
        self._compiled[name] = Query(requirement)


def read_requirement(message: decision_pb2.Requirement, policy: Policy, violations: Violations) -> Requirement:
    """A requirement; what is wrong goes to `violations`."""
    violations.known("requirement", message)
    scopes = read_scopes("requirement.scopes", tuple(message.scopes), policy, violations)
    expression = _expression(message.expression, policy, violations) if message.expression else None
    resource = message.resource
    if resource:
        violations.read("requirement.resource", parse_resource, resource, "")
        if message.resource_deferred:
            violations.add("requirement.resource_deferred", "either the resource is named, or its check is deferred")
    audience = violations.read("requirement.audience", _read_audience, message.audience, "")
    if not scopes and expression is None and not resource and not message.resource_deferred and not audience:
        return ANYONE
    return Requirement(
        scopes=scopes,
        expression=expression,
        resource=resource,
        resource_deferred=message.resource_deferred,
        audience=audience,
    )


def read_scopes(field: str, scopes: tuple[str, ...], policy: Policy, violations: Violations) -> tuple[str, ...]:
    """Concrete scopes that the policy knows, each once."""
    if len(scopes) > MAX_SCOPES:
        violations.add(field, f"at most {MAX_SCOPES} scopes")
        return ()
    for index, scope in enumerate(scopes):
        if violations.read(f"{field}[{index}]", parse_scope, scope, "") and not policy.catalogue.knows(scope):
            violations.add(f"{field}[{index}]", "this scope is not in the policy's catalogue")
    return tuple(dict.fromkeys(scopes))


def _expression(text: str, policy: Policy, violations: Violations) -> Expression | None:
    expression = violations.read("requirement.expression", parse_expression, text, None)
    unknown = [] if expression is None else [scope for scope in expression.scopes if not policy.catalogue.knows(scope)]
    if unknown:
        more = f" and {len(unknown) - MAX_NAMED} more" if len(unknown) > MAX_NAMED else ""
        named = veiled(", ".join(unknown[:MAX_NAMED]))
        violations.add("requirement.expression", f"not in the policy's catalogue: {named}{more}")
    return expression


def read_context(message: decision_pb2.Context, policy: Policy, violations: Violations) -> tuple[Address | None, str, str]:
    """Source address, tenant and environment of a call; what is wrong goes to `violations`."""
    source_ip, tenant, environment = message.source_ip, message.tenant, message.environment
    violations.known("context", message)
    if tenant:
        violations.read("context.tenant", parse_tenant, tenant, "")
    if environment:
        _check_environment(environment, policy, violations)
    if not source_ip:
        return None, tenant, environment
    return violations.read("context.source_ip", parse_address, source_ip, None), tenant, environment


def _check_environment(environment: str, policy: Policy, violations: Violations) -> None:
    known = policy.environments
    if not known:
        violations.read("context.environment", parse_name, environment, "")
    elif environment not in known:
        violations.add("context.environment", f"an environment of the policy: {', '.join(known)}")


def check_revision(revision: int, violations: Violations) -> None:
    """Revisions are counted from 0."""
    if revision < 0:
        violations.add("min_revision", "0 or the revision of a receipt")
