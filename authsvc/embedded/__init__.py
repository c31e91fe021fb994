"""PostgreSQL supervised by authsvc itself, for when no AUTHSVC_DATABASE_URL is set."""

from authsvc.embedded.server import EmbeddedPostgres, Phase

__all__ = ["EmbeddedPostgres", "Phase"]
