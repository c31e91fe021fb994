"""Tenant, organization, environment and revision that a request is about, from wherever the policy says that they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Final

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.headers import single
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.policy import parse_name
from authsvc.domain.tenants import ROOT, parse_tenant

_REVISION: Final = re.compile("[0-9]{1,18}")


@unique
class From(Enum):
    """Who says it."""

    POLICY = "policy"
    HEADER = "header"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that a policy declares as said by requests.

    Attributes:
        where: who says it.
        value: the thing itself, or the name of the header, or of the proxy's `context_extensions` entry for the route.
        optional: a request need not say it. Saying it badly is refused all the same.
    """

    where: From
    value: str
    optional: bool = False

    def read(self, headers: Mapping[str, str], extensions: Mapping[str, str]) -> str:
        """Read it; empty when it is optional and not said.

        Raises:
            Malformed: it is missing, empty or said more than once.
        """
        if self.where is From.POLICY:
            return self.value
        found = single(headers, self.value) if self.where is From.HEADER else extensions.get(self.value)
        if found is None and self.optional:
            return ""
        if not found:
            raise Malformed(f"the {self.where.value} says one {self.value}")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Where tenant, organization and environment stand; None: requests do not say them."""

    tenant: Input | None = None
    """The tenant acted on: the key's, or one below it."""
    organization: Input | None = None
    """The tenant that the caller belongs to: the key's, or one above it."""
    environment: Input | None = None
    host_environments: Mapping[str, str] = field(default_factory=dict)
    """Hosts that are one environment each, which goes before `environment`."""
    environments: frozenset[str] = frozenset()
    """Those that the policy knows; empty: any."""
    min_revision: Input | None = None
    """Where a request says from which revision on it may be decided; None: requests do not say it."""

    @property
    def headers(self) -> frozenset[str]:
        """The request headers that are read."""
        given = (self.tenant, self.organization, self.environment, self.min_revision)
        return frozenset(each.value for each in given if each is not None and each.where is From.HEADER)

    def read_tenant(self, named: str, headers: Mapping[str, str], extensions: Mapping[str, str]) -> str:
        """The tenant of a request; `named` is what its path says, empty for nothing.

        Raises:
            Malformed: it is said badly, or path and input differ.
        """
        said = "" if self.tenant is None else self.tenant.read(headers, extensions)
        if named and said and named != said:
            raise Malformed("the path and the request name the same tenant")
        tenant = named or said
        return _parsed(parse_tenant, tenant) if tenant else ""

    def read_organization(self, headers: Mapping[str, str], extensions: Mapping[str, str]) -> str:
        """The organization that a request names.

        Raises:
            Malformed: it is said badly; or it is the root, to which everybody belongs.
        """
        said = "" if self.organization is None else self.organization.read(headers, extensions)
        if said == ROOT:
            raise Malformed("the root is no organization")
        return _parsed(parse_tenant, said) if said else ""

    def read_environment(self, host: str, headers: Mapping[str, str], extensions: Mapping[str, str]) -> str:
        """The environment of a request.

        Raises:
            Malformed: it is said badly, or the policy does not know it.
        """
        environment = self.host_environments.get(host, "")
        if not environment and self.environment is not None:
            environment = self.environment.read(headers, extensions)
        if not environment:
            return ""
        if self.environments and environment not in self.environments:
            raise Malformed("the request names an environment of the policy")
        return _parsed(parse_name, environment)

    def read_min_revision(self, headers: Mapping[str, str], extensions: Mapping[str, str]) -> int:
        """The revision that a request asks for; 0: none.

        Raises:
            Malformed: it is said badly.
        """
        text = "" if self.min_revision is None else self.min_revision.read(headers, extensions)
        if text and not _REVISION.fullmatch(text):
            raise Malformed("a revision is a whole number of at most 18 digits")
        return int(text or 0)


def _parsed(parse: Callable[[str], str], text: str) -> str:
    try:
        return parse(text)
    except InvalidValue as error:
        raise Malformed(str(error)) from None
