"""The JWK Set: any verifier that follows the standards checks our tokens with it, and learns of new keys in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import jwt
import pytest

from authsvc.address import TcpAddress
from authsvc.domain.token import SigningKey, SigningKeyState
from authsvc.engine.jwks import MAX_AGE, PublishedKeys
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.engine.parts import compile_policy
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind
from authsvc.engine.signing import Signer
from authsvc.engine.state import State
from authsvc.http.apps import application
from authsvc.http.jwks import PATH, routes
from authsvc.http.server import HttpListener
from tests.support.engine import POLICY, RunningEngine, Secrets, running_engine


@dataclass
class Published:
    """An engine and its public HTTP."""

    running: RunningEngine
    http: httpx.AsyncClient

    async def kids(self) -> list[str]:
        return [key["kid"] for key in (await self.http.get(PATH)).json()["keys"]]

    async def put(self, key: SigningKey, *, new: bool = False) -> None:
        """Store a signing key and have this process apply it."""

        async def work(tx: Transaction) -> None:
            await (tx.insert_signing_key(key) if new else tx.update_signing_key(key))
            tx.log(Kind.SIGNING_KEY, key.signing_key_id)

        _, committed = await self.running.store.mutate(work)
        assert (await self.running.engine.fleet.wait(committed.revision, None)).effective


@pytest.fixture
async def published(database_url: str) -> AsyncIterator[Published]:
    async with running_engine(database_url) as running:
        listener = HttpListener(application(routes(PublishedKeys(running.engine.state))), TcpAddress("127.0.0.1", 0))
        address = await listener.start()
        async with httpx.AsyncClient(base_url=f"http://{address}") as http:
            yield Published(running, http)
        await listener.stop(0)


async def test_a_standard_client_verifies_a_minted_token_with_it(published: Published) -> None:
    done = await published.running.create()
    token = await published.running.mint(done.secret, audience=("api",))
    client = jwt.PyJWKClient(str(published.http.base_url.join(PATH)))
    key = await asyncio.to_thread(client.get_signing_key_from_jwt, token)
    claims = jwt.decode(token, key, algorithms=["ES256"], audience="api", issuer="authsvc")
    assert claims["client_id"] == done.record.key.key_id
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token[:-8] + "AAAAAAAA", key, algorithms=["ES256"], audience="api")


async def test_keys_are_there_from_before_they_sign_until_nothing_of_theirs_is_out(published: Published) -> None:
    state = published.running.engine.state
    [active] = state.signing.keys
    new = Signer(published.running.engine.own).generate("EdDSA", SigningKeyState.NEXT, active.create_time + 1)
    await published.put(new, new=True)
    assert await published.kids() == [active.signing_key_id, new.signing_key_id]
    for key_state, there in ((SigningKeyState.RETIRING, True), (SigningKeyState.RETIRED, False)):
        await published.put(replace(active, state=key_state))
        assert (active.signing_key_id in await published.kids()) is there
    [jwk] = (await published.http.get(PATH)).json()["keys"]
    assert (jwk["kty"], jwk["alg"], jwk["use"]) == ("OKP", "EdDSA", "sig")
    assert "d" not in jwk


async def test_it_may_be_kept_for_less_time_than_a_new_key_waits(published: Published) -> None:
    first = await published.http.get(PATH)
    assert (first.status_code, first.headers["content-type"]) == (200, "application/jwk-set+json")
    assert first.headers["cache-control"] == f"public, max-age={MAX_AGE // 1_000_000}"
    assert 60 <= MAX_AGE // 1_000_000 <= 300
    etag = first.headers["etag"]
    for asked in (etag, f'"other", W/{etag}', "*"):
        again = await published.http.get(PATH, headers={"If-None-Match": asked})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert (await published.http.get(PATH, headers={"If-None-Match": '"other"'})).status_code == 200
    [active] = published.running.engine.state.signing.keys
    await published.put(replace(active, state=SigningKeyState.RETIRING))
    assert (await published.http.get(PATH, headers={"If-None-Match": etag})).status_code == 304, "the same keys, whatever they do"


async def test_it_may_be_kept_for_half_of_the_time_that_the_policy_lets_a_key_wait(database_url: str) -> None:
    async with running_engine(database_url, policy=POLICY + "tokens: {publish_lead: 4s}\n") as running:
        keys = PublishedKeys(running.engine.state)()
        assert keys is not None
        assert keys.max_age == 2


async def test_it_is_read_and_nothing_else(published: Published) -> None:
    head = await published.http.head(PATH)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == (await published.http.get(PATH)).headers["etag"]
    for method in ("POST", "PUT", "DELETE"):
        refused = await published.http.request(method, PATH)
        assert (refused.status_code, refused.headers["content-type"]) == (405, "application/problem+json")


async def test_without_state_no_set_is_better_than_an_empty_one() -> None:
    state = State(compile_policy, OwnSecrets(Secrets().offer()))
    transport = httpx.ASGITransport(application(routes(PublishedKeys(state))))
    async with httpx.AsyncClient(transport=transport, base_url="http://authsvc.example") as http:
        answer = await http.get(PATH)
    assert answer.status_code == 503
    assert (answer.headers["retry-after"], answer.headers["cache-control"]) == ("1", "no-store")
