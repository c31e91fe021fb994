"""A gRPC server of the contract whose every method answers as a test says. Only for tests of clients."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NoReturn

import grpc
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status
from typing_extensions import override


@dataclass(frozen=True)
class Refusal:
    """An error as the contract has it: status, ErrorInfo, and violations as (field, description)."""

    code: grpc.StatusCode
    message: str = ""
    reason: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    violations: tuple[tuple[str, str], ...] = ()

    def abort(self, context: grpc.ServicerContext) -> NoReturn:
        """End the call with it."""
        if self.reason:
            context.set_trailing_metadata((("grpc-status-details-bin", self._status().SerializeToString()),))
        context.abort(self.code, self.message)

    def _status(self) -> Any:
        status = Status(code=self.code.value[0], message=self.message)
        details: list[Any] = [ErrorInfo(reason=self.reason, domain="authsvc", metadata=self.metadata)]
        if self.violations:
            wrong = [BadRequest.FieldViolation(field=name, description=text) for name, text in self.violations]
            details.append(BadRequest(field_violations=wrong))
        for detail in details:
            packed = AnyMessage()
            packed.Pack(detail)
            status.details.append(packed)
        return status


Answer = Message | Refusal | Callable[[Any], "Message | Refusal"]


class ProgrammableServer(grpc.GenericRpcHandler):
    """Listens on loopback or the address given. `answers`: the answers of each method in order, the last one repeated."""

    def __init__(self, address: str = "127.0.0.1:0", credentials: grpc.ServerCredentials | None = None) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[Any] = []
        self.metadata: list[dict[str, str | bytes]] = []
        self.time_remaining: list[float | None] = []
        self._server = grpc.server(ThreadPoolExecutor(4), handlers=[self])
        listen = self._server.add_insecure_port
        port = listen(address) if credentials is None else self._server.add_secure_port(address, credentials)
        self.target = address if address.startswith("unix:") else f"127.0.0.1:{port}"
        self._server.start()

    def answer(self, method: str, *answers: Answer) -> None:
        """Say how a method answers."""
        self.answers[method] = list(answers)

    def stop(self) -> None:
        """Stop at once."""
        self._server.stop(None).wait()

    @override
    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any]:
        service, _, method = handler_call_details.method[1:].partition("/")
        described = descriptor_pool.Default().FindServiceByName(service).methods_by_name[method]
        request = message_factory.GetMessageClass(described.input_type)

        def behave(message: Message, context: grpc.ServicerContext) -> Message:
            return self._behave(method, message, context)

        return grpc.unary_unary_rpc_method_handler(
            behave, request_deserializer=request.FromString, response_serializer=lambda answer: answer.SerializeToString()
        )

    def _behave(self, method: str, message: Message, context: grpc.ServicerContext) -> Message:
        self.metadata.append(dict(context.invocation_metadata()))
        self.time_remaining.append(context.time_remaining())
        self.requests.append(message)
        answers = self.answers[method]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if not isinstance(answer, Message | Refusal):
            answer = answer(message)
        if isinstance(answer, Refusal):
            answer.abort(context)
        return answer
