"""A WHERE clause of the conditions that a filter really has, so that each combination is planned as what it is."""

from __future__ import annotations

from collections.abc import Iterable

from authsvc.domain.tenants import ROOT, covers


class Conditions:
    """Clauses joined by AND, and the arguments of the statement."""

    def __init__(self, *clauses: str) -> None:
        self._clauses = list(clauses)
        self.arguments: list[object] = []

    def argument(self, value: object) -> str:
        """Add an argument; its placeholder."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def add(self, clause: str, *values: object) -> None:
        """Add a clause with `{}` for each value."""
        self._clauses.append(clause.format(*map(self.argument, values)))

    def add_below(self, column: str, tenants: Iterable[str]) -> None:
        """Rows at or below every one of these tenants. Only the narrowest matters; tenants side by side share no row."""
        narrowest = ROOT
        for tenant in tenants:
            if covers(narrowest, tenant):
                narrowest = tenant
            elif not covers(tenant, narrowest):
                self._clauses.append("false")
        if narrowest != ROOT:
            # "0" follows "/" in the order of bytes (the column's collation), so this is one range of the index.
            below = f"{column} = {{}} OR {column} >= {{}} AND {column} < {{}}"
            self.add(f"({below})", narrowest, narrowest + "/", narrowest + "0")

    @property
    def where(self) -> str:
        """What follows WHERE."""
        return " AND ".join(self._clauses) or "true"
