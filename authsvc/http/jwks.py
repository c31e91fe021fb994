"""`/.well-known/jwks.json`: where verifiers of our tokens get the public keys, and how long they may keep them."""

from __future__ import annotations

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from authsvc.engine.jwks import KeySet

PATH = "/.well-known/jwks.json"
_RETRY_AFTER = {"Retry-After": "1"}


def routes(published: Callable[[], KeySet | None]) -> list[Route]:
    """The endpoint, for GET and HEAD."""

    async def jwks(request: Request) -> Response:
        keys = published()
        if keys is None:
            raise HTTPException(503, "The keys are not known yet", _RETRY_AFTER)
        # Browsers verify tokens too, and everything here is public.
        headers = {
            "ETag": keys.etag,
            "Cache-Control": f"public, max-age={keys.max_age}",
            "Access-Control-Allow-Origin": "*",
        }
        if _is_known(request.headers.get("if-none-match", ""), keys.etag):
            return Response(status_code=304, headers=headers)
        return Response(keys.body, headers=headers, media_type="application/jwk-set+json")

    return [Route(PATH, jwks, methods=["GET"])]


def _is_known(if_none_match: str, etag: str) -> bool:
    """Whether a client has this version already (RFC 9110 section 13.1.2, compared weakly)."""
    asked = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return "*" in asked or etag in asked
