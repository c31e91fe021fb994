from __future__ import annotations

import json
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import grpc_tools  # type: ignore[import-untyped] # publishes no types
import pytest
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)
from grpc_tools import protoc

from authsvc.domain import errors
from authsvc.domain.decision import Outcome
from authsvc.domain.key import State
from authsvc.domain.policy import BUILTIN_SCOPES
from authsvc.domain.reason import Reason
from authsvc.domain.token import SigningKeyState
from authsvc.envoy.v3 import ext_authz_pb2
from authsvc.v1 import auth_service_pb2, decision_pb2, error_reason_pb2, key_pb2, key_service_pb2, signing_key_pb2

PROTOS = Path(__file__).parents[3] / "protos"

# CONTRACT section 4, in order of evaluation.
REASONS = [
    "UNSPECIFIED",
    "REQUEST_MALFORMED",
    "ROUTE_UNKNOWN",
    "CREDENTIAL_MISSING",
    "CREDENTIAL_AMBIGUOUS",
    "CREDENTIAL_INVALID",
    "TOKEN_EXPIRED",
    "TOKEN_REVOKED",
    "AUDIENCE_MISMATCH",
    "KEY_REVOKED",
    "KEY_INACTIVE",
    "KEY_EXPIRED",
    "TENANT_SUSPENDED",
    "SOURCE_IP_UNKNOWN",
    "SOURCE_IP_DENIED",
    "ENVIRONMENT_MISMATCH",
    "TENANT_MISMATCH",
    "RESOURCE_DENIED",
    "INSUFFICIENT_SCOPE",
    "RATE_LIMITED",
]


class Element(NamedTuple):
    """One thing of the contract with the comment above it."""

    name: str
    comment: str
    node: object


# Where the parts of each kind of node stand: field numbers of google/protobuf/descriptor.proto, as comment locations use them.
PARTS: dict[type, dict[str, int]] = {
    FileDescriptorProto: {"message_type": 4, "enum_type": 5, "service": 6},
    DescriptorProto: {"field": 2, "nested_type": 3, "enum_type": 4, "oneof_decl": 8},
    EnumDescriptorProto: {"value": 2},
    ServiceDescriptorProto: {"method": 2},
}


def elements_of(file: FileDescriptorProto) -> Iterator[Element]:
    comments = {tuple(location.path): location.leading_comments.strip() for location in file.source_code_info.location}

    def walk(node: object, path: tuple[int, ...], prefix: str) -> Iterator[Element]:
        for part, number in PARTS.get(type(node), {}).items():
            for index, child in enumerate(getattr(node, part)):
                if isinstance(child, DescriptorProto) and child.options.map_entry:
                    continue
                place = (*path, number, index)
                name = f"{prefix}.{child.name}"
                yield Element(name, comments.get(place, ""), child)
                yield from walk(child, place, name)

    return walk(file, (), file.package)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[FileDescriptorProto]:
    target = tmp_path_factory.mktemp("contract") / "set.binpb"
    sources = sorted(PROTOS.glob("authsvc/**/*.proto"))
    includes = (PROTOS, Path(sysconfig.get_path("purelib")), Path(grpc_tools.__file__).parent / "_proto")
    options = [*(f"-I{path}" for path in includes), "--include_source_info", f"--descriptor_set_out={target}"]
    assert protoc.main(["protoc", *options, *map(str, sources)]) == 0
    found = list(FileDescriptorSet.FromString(target.read_bytes()).file)
    assert len(found) == len(sources) > 10
    return found


@pytest.fixture(scope="module")
def elements(files: list[FileDescriptorProto]) -> list[Element]:
    return [element for file in files for element in elements_of(file)]


def test_everything_has_a_comment(elements: list[Element]) -> None:
    assert len(elements) > 400
    assert [element.name for element in elements if not element.comment] == []


def says_what_zero_means(field: FieldDescriptorProto, comment: str) -> bool:
    if field.label == field.LABEL_REPEATED or field.type in {field.TYPE_STRING, field.TYPE_BYTES}:
        word = r"[Ee]mpty"
    elif field.type_name == ".google.protobuf.Duration":
        word = r"([Uu]nset|[Zz]ero)"  # the two are the same for whoever reads it
    elif field.type == field.TYPE_MESSAGE:
        word = r"[Uu]nset"
    elif field.type == field.TYPE_ENUM:
        word = "UNSPECIFIED"
    elif field.type == field.TYPE_BOOL:
        word = "False"
    else:
        word = r"[Zz]ero"
    return re.search(rf"\b{word}\b", comment) is not None


def test_every_field_says_what_its_zero_value_means(elements: list[Element]) -> None:
    silent = [
        element.name
        for element in elements
        if isinstance(element.node, FieldDescriptorProto)
        and not element.node.HasField("oneof_index")
        and not says_what_zero_means(element.node, element.comment)
        and not element.node.options.deprecated
    ]
    assert silent == []


def test_every_rpc_says_what_it_needs_how_it_fails_and_whether_it_repeats(elements: list[Element]) -> None:
    rpcs = [element for element in elements if isinstance(element.node, MethodDescriptorProto)]
    assert len(rpcs) == 33
    for rpc in rpcs:
        heads = {line.strip().partition(":")[0] for line in rpc.comment.splitlines()}
        assert {"Needs", "Errors", "Idempotency"} <= heads, rpc.name


def test_caller_scopes_are_those_of_the_builtin_type(elements: list[Element]) -> None:
    named = {scope for element in elements for scope in re.findall(r"`(authsvc:[a-z:]+)`", element.comment)}
    assert named == set(BUILTIN_SCOPES)


def test_every_enum_starts_unspecified(elements: list[Element]) -> None:
    enums = [element.node for element in elements if isinstance(element.node, EnumDescriptorProto)]
    assert len(enums) > 8
    for enum in enums:
        assert enum.value[0].number == 0
        assert enum.value[0].name == re.sub(r"(?<=[a-z])(?=[A-Z])", "_", enum.name).upper() + "_UNSPECIFIED"


def values(enum: EnumDescriptor, prefix: str) -> dict[int, str]:
    return {value.number: value.name.removeprefix(prefix) for value in enum.values}


def test_reasons_stand_in_the_order_of_evaluation() -> None:
    assert values(decision_pb2.Reason.DESCRIPTOR, "REASON_") == dict(enumerate(REASONS))


@pytest.mark.parametrize(
    ("ours", "enum", "prefix"),
    [
        (Outcome, decision_pb2.Decision.DESCRIPTOR, "DECISION_"),
        (Reason, decision_pb2.Reason.DESCRIPTOR, "REASON_"),
        (State, key_pb2.KeyState.DESCRIPTOR, "KEY_STATE_"),
        (SigningKeyState, signing_key_pb2.SigningKeyState.DESCRIPTOR, "SIGNING_KEY_STATE_"),
    ],
)
def test_numbers_of_the_domain_are_those_of_the_contract(
    ours: type[Outcome | Reason | State | SigningKeyState], enum: EnumDescriptor, prefix: str
) -> None:
    contract = values(enum, prefix)
    assert contract.pop(0) == "UNSPECIFIED"
    assert {int(member): member.name for member in ours if member} == contract


def error_classes(base: type[errors.AuthsvcError] = errors.AuthsvcError) -> Iterator[type[errors.AuthsvcError]]:
    yield base
    for child in base.__subclasses__():
        yield from error_classes(child)


def test_error_reasons_are_those_of_the_error_classes() -> None:
    contract = values(error_reason_pb2.ErrorReason.DESCRIPTOR, "ERROR_REASON_")
    assert {error.reason for error in error_classes() if error.__module__ == errors.__name__} == set(contract.values()) - {
        "UNSPECIFIED"
    }


def test_every_error_reason_shows_a_sample(elements: list[Element]) -> None:
    prefix = "authsvc.v1.ErrorReason.ERROR_REASON_"
    reasons = {element.name.removeprefix(prefix): element.comment for element in elements if element.name.startswith(prefix)}
    del reasons["UNSPECIFIED"]
    assert len(reasons) > 10
    for reason, comment in reasons.items():
        sample = json.loads(comment[comment.index("{") :])
        assert (sample["reason"], sample["domain"]) == (reason, "authsvc")


def fields_within(message: Descriptor, seen: set[str]) -> Iterator[FieldDescriptor]:
    seen.add(message.full_name)
    for field in message.fields:
        yield field
        if field.message_type is not None and field.message_type.full_name not in seen:
            yield from fields_within(field.message_type, seen)


def test_only_create_rotate_and_mint_answer_with_something_secret() -> None:
    secretive = {"secret", "credential", "token", "access_token", "sha256_digest", "phc"}
    answers = [
        message
        for module in (auth_service_pb2, key_service_pb2)
        for name, message in module.DESCRIPTOR.message_types_by_name.items()
        if name.endswith("Response")
    ]
    shown = {
        f"{answer.name}.{field.name}" for answer in answers for field in fields_within(answer, set()) if field.name in secretive
    }
    assert shown == {"CreateKeyResponse.secret", "RotateKeyResponse.secret", "MintResponse.access_token"}


def test_points_in_time_and_spans_have_their_own_types(elements: list[Element]) -> None:
    for element in elements:
        field = element.node
        if isinstance(field, FieldDescriptorProto) and field.name.endswith("_time") and ".envoy." not in element.name:
            assert field.type_name == ".google.protobuf.Timestamp", element.name
        if isinstance(field, FieldDescriptorProto) and re.search(r"(period|lease|allowance|_after|_within|ttl)$", field.name):
            assert field.type_name == ".google.protobuf.Duration", element.name


# Envoy's own numbers (envoy.service.auth.v3 and the messages it uses); a wrong one is read as something else, silently.
ENVOY = {
    ext_authz_pb2.CheckRequest: {"attributes": 1},
    ext_authz_pb2.AttributeContext: {
        "source": 1, "destination": 2, "request": 4, "context_extensions": 10, "metadata_context": 11, "tls_session": 12,
        "route_metadata_context": 13,
    },
    ext_authz_pb2.AttributeContext.Peer: {"address": 1, "service": 2, "labels": 3, "principal": 4, "certificate": 5},
    ext_authz_pb2.AttributeContext.Request: {"time": 1, "http": 2},
    ext_authz_pb2.AttributeContext.HttpRequest: {
        "id": 1, "method": 2, "headers": 3, "path": 4, "host": 5, "scheme": 6, "query": 7, "fragment": 8, "size": 9,
        "protocol": 10, "body": 11, "raw_body": 12, "header_map": 13,
    },
    ext_authz_pb2.Address: {"socket_address": 1, "pipe": 2},
    ext_authz_pb2.SocketAddress: {"address": 2, "port_value": 3, "named_port": 4},
    ext_authz_pb2.CheckResponse: {
        "status": 1, "denied_response": 2, "ok_response": 3, "dynamic_metadata": 4, "error_response": 5,
    },
    ext_authz_pb2.DeniedHttpResponse: {"status": 1, "headers": 2, "body": 3},
    ext_authz_pb2.OkHttpResponse: {
        "headers": 2, "dynamic_metadata": 3, "headers_to_remove": 5, "response_headers_to_add": 6, "query_parameters_to_set": 7,
        "query_parameters_to_remove": 8,
    },
    ext_authz_pb2.HttpStatus: {"code": 1},
    ext_authz_pb2.HeaderValueOption: {"header": 1, "append": 2, "append_action": 3, "keep_empty_value": 4},
    ext_authz_pb2.HeaderValue: {"key": 1, "value": 2, "raw_value": 3},
}  # fmt: skip


@pytest.mark.parametrize("message", ENVOY, ids=lambda message: message.DESCRIPTOR.name)
def test_envoy_messages_have_envoys_numbers(message: type[ext_authz_pb2.CheckRequest]) -> None:
    assert {field.name: field.number for field in message.DESCRIPTOR.fields} == ENVOY[message]
