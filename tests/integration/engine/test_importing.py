"""Keys that were issued elsewhere work here, once each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from authsvc.domain.errors import AlreadyExists, AuthsvcError, FailedPrecondition, InvalidArgument, PermissionDenied
from authsvc.domain.import_draft import Argon2idDigest, HmacSha256Digest, ImportDraft, Sha256Digest, Source
from authsvc.domain.key import Hash
from authsvc.domain.own_secret import OwnKind
from authsvc.domain.reason import Reason
from authsvc.domain.scopes import Catalogue
from authsvc.engine.callers import Caller
from authsvc.engine.keys.importing import Outcome
from authsvc.engine.keys.read import CredentialKind
from authsvc.engine.records import AuditFilter
from tests.support import imports
from tests.support.engine import RunningEngine, Secrets, running_engine
from tests.support.gates import GatedStore
from tests.support.imports import a_chosen, a_dotted, a_draft, a_random, argon2id, hmac_sha256, sha256
from tests.support.rotation import retire, rotate


def secrets_with_foreign_key() -> Secrets:
    return Secrets(foreign_keys=dict(imports.FOREIGN))


@pytest.fixture
async def one(database_url: str) -> AsyncIterator[RunningEngine]:
    async with running_engine(database_url, policy=imports.POLICY, shared=secrets_with_foreign_key()) as running:
        yield running


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[tuple[RunningEngine, RunningEngine]]:
    shared = secrets_with_foreign_key()
    async with (
        running_engine(database_url, policy=imports.POLICY, shared=shared) as mutator,
        running_engine(database_url, policy=imports.POLICY, shared=shared, wrap=GatedStore) as reader,
    ):
        yield mutator, reader


async def take(running: RunningEngine, draft: ImportDraft, **call: object) -> str:
    done = await running.engine.import_keys(running.call(**call), draft)
    assert done.receipt.effective
    assert done.secret == ""
    return done.record.key.key_id


async def batch(running: RunningEngine, *drafts: ImportDraft | AuthsvcError, dry_run: bool = False) -> tuple[Outcome, ...]:
    done = await running.engine.import_keys.batch(running.call(), drafts, dry_run=dry_run)
    assert len(done.outcomes) == len(drafts)
    return done.outcomes


async def count(database_url: str, table: str = "keys") -> int:
    connection = await asyncpg.connect(database_url)
    found = await connection.fetchval(f"SELECT count(*) FROM {table}")
    await connection.close()
    return int(found)


def forms() -> list[tuple[str, Source | str, dict[str, str], Hash]]:
    """Every form that a secret may come in: the credential, what is brought along, its type, how it is stored."""
    random, dotted, chosen = a_random(), a_dotted(), a_chosen()
    return [
        (random, random, {}, Hash.HMAC),
        (a := a_random(), sha256(a), {}, Hash.SHA256),
        (b := a_random(), hmac_sha256(b), {}, Hash.HMAC_SHA256),
        (dotted, dotted, {}, Hash.HMAC),
        (c := a_dotted(), argon2id(c), {"type": "dotted"}, Hash.FOREIGN_ARGON2ID),
        (chosen, chosen, {}, Hash.ARGON2ID),
        (d := a_chosen(), argon2id(d), {"type": "chosen"}, Hash.FOREIGN_ARGON2ID),
    ]


@pytest.mark.parametrize("number", range(7))
async def test_every_form_works_is_identified_and_is_not_taken_twice(one: RunningEngine, number: int) -> None:
    credential, source, fields, kind = forms()[number]
    assert (await one.verify(credential)).reason is Reason.CREDENTIAL_INVALID
    key_id = await take(one, a_draft(source, **fields))
    decision = await one.verify(credential)
    assert decision.allowed
    assert decision.principal is not None
    assert decision.principal.key_id == key_id
    assert one.hit(credential) is not None
    found = await one.engine.read_keys.identify(one.root, credential)
    assert (found.kind, [record.key.key_id for record in found.records]) == (CredentialKind.KEY, [key_id])
    await one.engine.rehasher.settle()
    (secret,) = (await one.engine.read_keys.get(one.root, key_id)).key.secrets
    assert secret.hash is (Hash.ARGON2ID if kind is Hash.FOREIGN_ARGON2ID else kind)
    with pytest.raises(AlreadyExists) as caught:
        await take(one, a_draft(source, **fields))
    assert caught.value.key_id == key_id


@pytest.mark.parametrize("number", range(7))
async def test_a_wrong_secret_is_denied_and_nobody_is_named(one: RunningEngine, number: int) -> None:
    credential, source, fields, _ = forms()[number]
    await take(one, a_draft(source, **fields))
    decision = await one.verify(credential[:-1] + ("a" if credential[-1] != "a" else "b"))
    assert (decision.reason, decision.principal) == (Reason.CREDENTIAL_INVALID, None)
    assert (await one.verify(credential)).allowed


async def test_what_is_stored_shows_neither_secret_nor_digest(one: RunningEngine, database_url: str) -> None:
    made = forms()
    for _, source, fields, _ in made:
        await take(one, a_draft(source, **fields))
    connection = await asyncpg.connect(database_url)
    rows = str([*await connection.fetch("SELECT s::text, k::text, a::text FROM secrets s JOIN keys k USING (key_id), audit a")])
    await connection.close()
    for credential, source, _, _ in made:
        assert credential[8:] not in rows
        assert imports.sha256(credential).digest.hex() not in rows
        assert imports.hmac_sha256(credential).digest.hex() not in rows
        assert not isinstance(source, Argon2idDigest) or source.public_id not in rows


async def test_a_secret_that_came_as_text_is_shown_by_its_beginning_and_one_that_did_not_as_it_was_said(
    one: RunningEngine,
) -> None:
    credential = a_random()
    for draft, shown in ((a_draft(credential), credential[:6]), (a_draft(sha256(a_random()), prefix="r-ab"), "r-ab")):
        record = await one.engine.read_keys.get(one.root, await take(one, draft))
        assert record.key.secrets[0].prefix == shown


async def test_a_foreign_argon2id_hash_becomes_ours_at_its_first_use(one: RunningEngine) -> None:
    credential = a_dotted()
    draft = a_draft(argon2id(credential), type="dotted")
    key_id = await take(one, draft)
    assert (await one.verify(credential)).allowed
    await one.engine.rehasher.settle()
    (secret,) = (await one.engine.read_keys.get(one.root, key_id)).key.secrets
    assert secret.hash is Hash.ARGON2ID
    assert secret.phc.startswith("$argon2id$v=19$m=7168,t=5,p=1$")
    one.engine.state.forget()
    one.engine.membership.kick()
    assert (await one.verify(credential)).allowed
    assert one.engine.counters.hash_checks == 1
    with pytest.raises(AlreadyExists):
        await take(one, draft)


async def test_every_form_moves_to_the_newest_pepper_at_its_next_use_and_is_still_known(database_url: str) -> None:
    shared = secrets_with_foreign_key()
    made = forms()
    async with running_engine(database_url, policy=imports.POLICY, shared=shared) as running:
        key_ids = [await take(running, a_draft(source, **fields)) for _, source, fields, _ in made]
        await rotate(running, kind=OwnKind.PEPPER, own_id="p2")
    async with running_engine(database_url, policy=imports.POLICY, shared=shared) as running:
        for credential, *_ in made:
            assert (await running.verify(credential)).allowed
        await running.engine.rehasher.settle()
        assert (await retire(running, OwnKind.PEPPER, "p1")).effective
    del shared.peppers["p1"]
    async with running_engine(database_url, policy=imports.POLICY, shared=shared) as running:
        for key_id, (credential, source, fields, kind) in zip(key_ids, made, strict=True):
            (secret,) = (await running.engine.read_keys.get(running.root, key_id)).key.secrets
            assert secret.hash is (Hash.ARGON2ID if kind is Hash.FOREIGN_ARGON2ID else kind)
            assert (await running.verify(credential)).allowed
            with pytest.raises(AlreadyExists):
                await take(running, a_draft(source, **fields))


async def test_a_digest_whose_foreign_key_is_not_here_is_refused(one: RunningEngine) -> None:
    with pytest.raises(InvalidArgument) as caught:
        await take(one, a_draft(HmacSha256Digest(b"x" * 32, "older")))
    assert [violation.field for violation in caught.value.violations] == ["hmac_sha256_digest"]


async def test_a_digest_whose_foreign_key_is_not_at_every_process_is_refused(database_url: str) -> None:
    shared, other = secrets_with_foreign_key(), secrets_with_foreign_key()
    other.peppers, other.tag_keys, other.keks = shared.peppers, shared.tag_keys, shared.keks
    other.foreign_keys["old"] = b"another key of this name"
    async with running_engine(database_url, policy=imports.POLICY, shared=shared) as running:
        async with running_engine(database_url, policy=imports.POLICY, shared=other):
            for attempt in (take(running, a_draft(hmac_sha256(a_random()))), batch(running, a_draft(hmac_sha256(a_random())))):
                with pytest.raises(FailedPrecondition, match="imports/old="):
                    await attempt
        assert await take(running, a_draft(hmac_sha256(a_random())))


async def test_a_process_knows_which_foreign_keys_it_needs(one: RunningEngine) -> None:
    key_id = await take(one, a_draft(hmac_sha256(a_random())))
    await take(one, a_draft(sha256(a_random())))
    needed = await one.store.foreign_keys(one.clock.now())
    assert needed == (one.engine.own.foreign_marks["old"],)
    one.secrets.offer().check_foreign(needed)
    for other in ({}, {"old": b"another"}, {"older": imports.FOREIGN["old"]}):
        with pytest.raises(FailedPrecondition, match="imports/old="):
            replace(one.secrets, foreign_keys=other).offer().check_foreign(needed)
    await one.engine.change_state.revoke(one.call(), key_id, "")
    assert await one.store.foreign_keys(one.clock.now()) == ()


async def test_a_foreign_key_is_neither_lost_nor_replaced_while_a_process_runs(one: RunningEngine) -> None:
    credential = a_random()
    await take(one, a_draft(hmac_sha256(credential)))
    marks = one.engine.own.marks
    for other in ({}, {"old": b"another"}):
        one.engine.own.offer(replace(one.secrets, foreign_keys=other).offer())
        assert one.engine.own.marks == marks
        one.engine.state.forget()
        one.engine.membership.kick()
        assert (await one.verify(credential)).allowed
    one.engine.own.offer(replace(one.secrets, foreign_keys={"new": b"n"}).offer())
    assert set(one.engine.own.foreign_marks) == {"old", "new"}


async def test_an_import_under_an_older_pepper_is_not_repeated_under_a_newer_one(database_url: str) -> None:
    shared = secrets_with_foreign_key()
    made = forms()
    async with running_engine(database_url, policy=imports.POLICY, shared=shared) as running:
        for _, source, fields, _ in made:
            await take(running, a_draft(source, **fields))
        await rotate(running, kind=OwnKind.PEPPER, own_id="p2")
    async with running_engine(database_url, policy=imports.POLICY, shared=shared) as running:
        for _, source, fields, _ in made:
            with pytest.raises(AlreadyExists):
                await take(running, a_draft(source, **fields))
    assert await count(database_url) == len(made)


async def test_the_same_secret_in_another_form_is_found_where_the_secret_itself_is_known(one: RunningEngine) -> None:
    credential = a_random()
    await take(one, a_draft(sha256(credential)))
    with pytest.raises(AlreadyExists):
        await take(one, a_draft(credential))


async def test_a_credential_found_missing_works_once_it_is_imported(pair: tuple[RunningEngine, RunningEngine]) -> None:
    mutator, reader = pair
    credential = a_dotted()
    gate = reader.store.gate("lookup")
    miss = asyncio.create_task(reader.verify(credential))
    await gate.reached.wait()
    await take(mutator, a_draft(argon2id(credential), type="dotted"))
    gate.open()
    assert (await miss).allowed


async def test_two_imports_of_one_secret_at_once_make_one_key(pair: tuple[RunningEngine, RunningEngine]) -> None:
    mutator, reader = pair
    credential = a_random()
    results = await asyncio.gather(
        *(take(running, a_draft(credential)) for running in pair for _ in range(5)), return_exceptions=True
    )
    made = [result for result in results if isinstance(result, str)]
    assert len(made) == 1
    refused = [result for result in results if isinstance(result, AlreadyExists)]
    assert [error.key_id for error in refused] == made * 9
    assert (await mutator.verify(credential)).allowed
    assert (await reader.verify(credential)).allowed


async def test_a_repeated_request_says_what_it_made_and_another_body_is_refused(one: RunningEngine) -> None:
    credential = a_random()
    key_id = await take(one, a_draft(credential), request_id="r1", body_digest=b"1")
    with pytest.raises(AlreadyExists) as caught:
        await take(one, a_draft(credential), request_id="r1", body_digest=b"1")
    assert caught.value.key_id == key_id
    with pytest.raises(InvalidArgument):
        await take(one, a_draft(a_random()), request_id="r1", body_digest=b"2")


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (a_draft("chy_sdk_" + "x" * 32, type="sdk"), "key.type"),
        (a_draft("authsvc_" + "x" * 32, type="authsvc", scopes=("authsvc:verify",)), "key.type"),
        (a_draft(a_random(), type="none"), "key.type"),
        (a_draft(a_random(), tenant=""), "key.tenant"),
        (a_draft(a_random(), display_name=""), "key.display_name"),
        (a_draft(a_random(), expire_time=1), "key.expire_time"),
        (a_draft(a_dotted(), type="random"), "secret"),
        (a_draft("x" * 40, type="random"), "secret"),
        (a_draft("r-" + "x" * 15, type="random"), "secret"),
        (a_draft("r-" + "x" * 511, type="random"), "secret"),
        (a_draft("r-é" + "x" * 32, type="random"), "secret"),
        (a_draft("r- " + "x" * 32, type="random"), "secret"),
        (a_draft(a_chosen(secret="1234567"), type="chosen"), "secret"),
        (a_draft("c-" + "x" * 24, type="chosen"), "secret"),
        (a_draft("c-" + "0" * 24 + "correct-horse", type="chosen"), "secret"),
        (a_draft(a_random(), type="random", prefix="r-ab"), "prefix"),
        (a_draft(sha256("a"), prefix="x" * 17), "prefix"),
        (a_draft(sha256("a"), prefix="a b"), "prefix"),
        (a_draft(Sha256Digest(b"x" * 31)), "sha256_digest"),
        (a_draft(sha256("a"), type="chosen"), "sha256_digest"),
        (a_draft(HmacSha256Digest(b"x" * 33, "old")), "hmac_sha256_digest"),
        (a_draft(HmacSha256Digest(b"x" * 32, "unknown")), "hmac_sha256_digest"),
        (a_draft(hmac_sha256("a"), type="chosen"), "hmac_sha256_digest"),
        (a_draft(replace(argon2id(a_dotted()), phc="$2b$12$abc"), type="dotted"), "argon2id_digest.phc"),
        (a_draft(replace(argon2id(a_dotted()), public_id="42"), type="dotted"), "argon2id_digest.public_id"),
        (a_draft(replace(argon2id(a_dotted()), public_id="x" * 30 + "."), type="dotted"), "argon2id_digest.public_id"),
        (a_draft(argon2id(a_dotted("x" * 23 + "Y1")), type="chosen"), "argon2id_digest.public_id"),
        (a_draft(argon2id(a_dotted()), type="random"), "key.type"),
    ],
)
async def test_what_could_not_work_is_refused_by_field_and_nothing_of_it_repeated(
    one: RunningEngine, draft: ImportDraft, field: str
) -> None:
    with pytest.raises(InvalidArgument) as caught:
        await take(one, draft)
    assert [violation.field for violation in caught.value.violations] == [field]
    assert "x" * 15 not in str(caught.value)
    assert await one.store.revision() == 2


async def test_every_mistake_is_named_at_once(one: RunningEngine) -> None:
    with pytest.raises(InvalidArgument) as caught:
        await take(one, a_draft(Sha256Digest(b""), display_name="", prefix="a b"))
    assert [violation.field for violation in caught.value.violations] == ["key.display_name", "prefix", "sha256_digest"]


@pytest.mark.parametrize(("tenant", "scopes"), [("acme", ("authsvc:*",)), ("/", ("authsvc:keys:write", "authsvc:keys:read"))])
async def test_imports_need_their_scope_and_the_root_tenant(one: RunningEngine, tenant: str, scopes: tuple[str, ...]) -> None:
    caller = Caller("key_someone", tenant, Catalogue.open().grants(scopes))
    with pytest.raises(PermissionDenied):
        await take(one, a_draft(a_random()), caller=caller)
    with pytest.raises(PermissionDenied):
        await one.engine.import_keys.batch(one.call(caller=caller), [a_draft(a_random())], dry_run=False)


async def test_of_a_batch_each_is_taken_or_refused_for_itself(one: RunningEngine, database_url: str) -> None:
    there, twice, ours, old = a_random(), a_random(), a_random(), a_dotted()
    key_id = await take(one, a_draft(there))
    outcomes = await batch(
        one,
        a_draft(ours),
        a_draft(there),
        a_draft(twice),
        a_draft(Sha256Digest(b"short")),
        a_draft(twice),
        InvalidArgument(),
        a_draft(argon2id(old), type="dotted"),
    )
    errors = [outcome.error for outcome in outcomes]
    assert [type(error).__name__ for error in errors] == [
        "NoneType", "AlreadyExists", "NoneType", "InvalidArgument", "AlreadyExists", "InvalidArgument", "NoneType"
    ]  # fmt: skip
    assert isinstance(errors[1], AlreadyExists)
    assert errors[1].key_id == key_id
    for credential, outcome in ((ours, outcomes[0]), (twice, outcomes[2]), (old, outcomes[6])):
        decision = await one.verify(credential)
        assert decision.principal is not None
        assert decision.principal.key_id == outcome.key_id
    assert await count(database_url) == 4


async def test_a_batch_is_one_revision_with_an_audit_entry_for_each_key(one: RunningEngine) -> None:
    before = await one.store.revision()
    outcomes = await batch(one, *(a_draft(a_random()) for _ in range(20)))
    assert await one.store.revision() == before + 1
    page = await one.store.audit_entries(AuditFilter(action="ImportKey"), 100, "")
    assert {entry.target for entry in page.entries} == {outcome.key_id for outcome in outcomes}
    assert {entry.revision for entry in page.entries} == {before + 1}


async def test_a_batch_with_nothing_new_writes_nothing(one: RunningEngine) -> None:
    credential = a_random()
    await take(one, a_draft(credential))
    before = await one.store.revision()
    done = await one.engine.import_keys.batch(one.call(), [a_draft(credential), InvalidArgument()], dry_run=False)
    assert done.receipt is None
    assert await one.store.revision() == before


async def test_a_dry_run_says_the_same_and_writes_nothing(one: RunningEngine, database_url: str) -> None:
    there, twice = a_random(), a_random()
    await take(one, a_draft(there))
    drafts = (a_draft(there), a_draft(twice), a_draft(twice), a_draft(Sha256Digest(b"short")), a_draft(a_chosen()))
    trial = await batch(one, *drafts, dry_run=True)
    assert await count(database_url) == 1
    real = await batch(one, *drafts)
    assert [type(outcome.error) for outcome in trial] == [type(outcome.error) for outcome in real]
    assert all(outcome.key_id == "" for outcome in trial)


async def test_batches_that_meet_make_each_key_once(pair: tuple[RunningEngine, RunningEngine], database_url: str) -> None:
    drafts = [a_draft(a_random()) for _ in range(40)]
    results = await asyncio.gather(*(batch(running, *drafts) for running in pair for _ in range(3)))
    assert await count(database_url) == 40
    for outcomes in zip(*results, strict=True):
        made = [outcome.key_id for outcome in outcomes if outcome.error is None]
        assert len(made) == 1
        assert all(outcome.error.key_id == made[0] for outcome in outcomes if isinstance(outcome.error, AlreadyExists))


async def test_an_imported_key_has_the_defaults_of_its_type_and_can_be_rotated_to_one_of_ours(one: RunningEngine) -> None:
    credential = a_dotted()
    key_id = await take(one, a_draft(credential))
    rotated = await one.engine.rotate_key(one.call(), key_id, "", 0)
    assert (await one.verify(credential)).reason is Reason.CREDENTIAL_INVALID
    assert (await one.verify(rotated.secret)).allowed
    assert rotated.record.key.subject == key_id
