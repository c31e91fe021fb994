"""A short round of `make chaos`, and the proof that its checker finds what it looks for: damage done to the very same store."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from authsvc.v1 import auth_service_pb2, key_service_pb2
from tests.chaos.books import CREATE, DEACTIVATE, REVOKE, ROTATE, Books, Outcome
from tests.chaos.client import Client
from tests.chaos.load import send
from tests.chaos.replay import ExpectedKey
from tests.chaos.round import POLICY, Chaos, snapshot
from tests.chaos.service_check import check_service, reason_of
from tests.chaos.store_check import check_store
from tests.chaos.watch import Watch, is_alive, is_dead
from tests.support.real_service import RealService

A_KEY = "(SELECT key_id FROM keys WHERE state = 1 AND type = 'sdk' ORDER BY key_id LIMIT 1)"
DAMAGE = {
    "a lost change": "DELETE FROM change_log WHERE revision = (SELECT n FROM revision) - 3",
    "a lost revision": "UPDATE revision SET n = n - 1",
    "a change without audit row": "DELETE FROM audit WHERE revision = (SELECT n FROM revision) - 2",
    "an audit row without change": "INSERT INTO audit SELECT 'x', time, actor, actor_tenant, peer, action, target_kind, target, "
    "tenant, reason, details, request_id, (SELECT n + 1 FROM revision) FROM audit WHERE action = 'RotateKey' LIMIT 1",
    "a revocation undone": "UPDATE keys SET state = 1 WHERE key_id = (SELECT key_id FROM keys WHERE state = 4 LIMIT 1)",
    "a deactivation that only the log knows": "UPDATE keys SET state = 1 "
    "WHERE key_id = (SELECT key_id FROM keys WHERE state = 2 LIMIT 1)",
    "a change that no log knows": f"UPDATE keys SET state = 2 WHERE key_id = {A_KEY}",
    "a secret that was lost": "DELETE FROM secrets WHERE secret_id = (SELECT secret_id FROM secrets s JOIN keys USING (key_id) "
    "WHERE type = 'sdk' LIMIT 1)",
    "a dead secret that lives": "UPDATE secrets SET expire_time = NULL WHERE secret_id = "
    "(SELECT secret_id FROM secrets WHERE expire_time <= now() LIMIT 1)",
    "a key without usage row": f"DELETE FROM key_usage WHERE key_id = {A_KEY}",
    "a key that nobody asked for": "INSERT INTO keys SELECT 'key_x', display_name, folded_name, type, tenant, subject, "
    "environment, scopes, resources, allowed_cidrs, rate_limits, metadata, state, created_by, create_time, update_time, "
    f"expire_time, revoke_time, revoke_reason, delete_time, etag, revision FROM keys WHERE key_id = {A_KEY}",
    "a request that says done without change": "INSERT INTO requests SELECT caller, 'never', method, body_digest, key_id, now() "
    "FROM requests WHERE method = 'CreateKey' LIMIT 1",
    "a change whose request was forgotten": "DELETE FROM requests WHERE request_id = "
    "(SELECT request_id FROM requests WHERE method = 'CreateKey' LIMIT 1)",
    "a request that names another key": "UPDATE requests SET key_id = 'key_x' WHERE request_id = "
    "(SELECT request_id FROM requests WHERE method = 'CreateKey' LIMIT 1)",
}


async def test_kill_9_of_service_worker_and_postgresql_loses_and_halves_nothing(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY)
    flags = {"policy": str(tmp_path / "policy.yaml"), "log-level": "info"}
    with RealService(tmp_path / "state", flags) as service:
        chaos = Chaos(service, secrets.randbelow(1_000_000))
        await chaos.round(130)
        assert chaos.books.violations == [], chaos.books.name
        assert chaos.killer.kills == {"service": 1, "worker": 1, "postgres": 1}
        assert chaos.books.count(Outcome.DONE) > 60
        for fact in ("acknowledged is there", "denied after the receipt", "Verify KEY_REVOKED", "Verify ALLOW", "secrets"):
            assert chaos.books.facts[fact] > 0, fact
        # The same checker on the same store, now damaged: what it cannot find would prove nothing above.
        for what, statement in DAMAGE.items():
            assert await found_after(chaos, statement), what
        await finds_an_acknowledged_call_that_is_not_there(chaos)
        async with Client(service.grpc, service.root_key()) as client:
            await watch_finds_an_allow_after_a_revocation_and_a_deny_of_what_lives(client)
            await service_check_finds_another_answer(client)
            await request_that_was_done_is_not_done_again(client)


async def found_after(chaos: Chaos, statement: str) -> list[str]:
    """What the checker says after a statement that is rolled back afterwards."""
    books = chaos.books
    async with snapshot(chaos.service.state) as connection:
        done = await connection.execute(statement)
        assert int(done.rpartition(" ")[2]) > 0, "this damage damaged nothing"
        await check_store(books, connection)
    found, books.violations = books.violations, []
    return found


async def finds_an_acknowledged_call_that_is_not_there(chaos: Chaos) -> None:
    forgotten = chaos.books.begin(CREATE)
    forgotten.outcome, forgotten.revision, forgotten.key_id = Outcome.DONE, 7, "key_forgotten"
    [found] = await found_after(chaos, "UPDATE revision SET n = n")
    assert forgotten.mark in found


async def watch_finds_an_allow_after_a_revocation_and_a_deny_of_what_lives(client: Client) -> None:
    books = Books("planted")
    call = books.begin(CREATE)
    await send(books, client, call)
    watch = Watch(books, client, seed=1)
    assert await watch.look(call)
    assert books.violations == []
    assert books.facts["allowed while it lives"] == 1
    never_sent = books.begin(REVOKE, call.key_id)
    books.done(never_sent, call.key_id, call.revision + 1, effective=True)
    assert await watch.look(call)
    assert [each.split(":")[0] for each in books.violations] == ["denied after the receipt"]
    books.of_key[call.key_id].remove(never_sent)
    await client.keys.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=call.key_id), timeout=5)
    assert await watch.look(call)
    assert [each.split(":")[0] for each in books.violations[1:]] == ["allowed while it lives"]


async def service_check_finds_another_answer(client: Client) -> None:
    books = Books("planted-too")
    call = books.begin(CREATE)
    await send(books, client, call)
    revoked = ExpectedKey(call.key_id, [(1, "ACTIVE"), (2, "REVOKED")])
    await check_service(books, client, {call.key_id: revoked}, [call.key_id])
    assert [each.split(":")[0] for each in books.violations] == ["state by GetKey", "Verify CREDENTIAL_INVALID"]


async def request_that_was_done_is_not_done_again(client: Client) -> None:
    books = Books("twice")
    call = books.begin(CREATE)
    await send(books, client, call)
    await send(books, client, call, again=True)
    assert books.violations == []
    assert books.facts["done before was sent before"] == 1
    verified = await client.auth.Verify(auth_service_pb2.VerifyRequest(credential=call.secret), timeout=5)
    assert reason_of(verified) == ""


@pytest.mark.parametrize(
    ("action", "graceful", "revision", "dead"),
    [
        (REVOKE, False, 5, True),
        (DEACTIVATE, False, 5, True),
        (ROTATE, False, 5, True),
        (ROTATE, True, 5, False),
        (ROTATE, False, 1, False),
    ],
)
def test_what_is_certainly_dead(action: str, graceful: bool, revision: int, dead: bool) -> None:
    books = Books("rules")
    call = books.begin(CREATE)
    books.done(call, "key_1", 2, effective=True, secret="s", secret_id="sec_1")
    assert is_alive(books, call)
    other = books.begin(action, "key_1", graceful=graceful)
    assert is_alive(books, call) is graceful
    assert is_dead(books, call) is None
    books.done(other, "key_1", revision, effective=True)
    assert (is_dead(books, call) is other) is dead


def test_a_deactivation_is_certain_only_while_nobody_may_have_activated_again() -> None:
    books = Books("rules")
    call, other = books.begin(CREATE), books.begin(DEACTIVATE, "key_1")
    books.done(call, "key_1", 2, effective=True, secret="s", secret_id="sec_1")
    books.done(other, "key_1", 5, effective=True)
    earlier = books.begin("ActivateKey", "key_1")
    assert is_dead(books, call) is None
    books.done(earlier, "key_1", 4, effective=True)
    assert is_dead(books, call) is other
    books.begin("ActivateKey", "key_1")
    assert is_dead(books, call) is None
