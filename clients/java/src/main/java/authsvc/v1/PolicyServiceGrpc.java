package authsvc.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * The policy in the store; a file is only its source. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED,
 * RESOURCE_EXHAUSTED (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class PolicyServiceGrpc {

  private PolicyServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "authsvc.v1.PolicyService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<authsvc.v1.GetPolicyRequest,
      authsvc.v1.GetPolicyResponse> getGetPolicyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetPolicy",
      requestType = authsvc.v1.GetPolicyRequest.class,
      responseType = authsvc.v1.GetPolicyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.GetPolicyRequest,
      authsvc.v1.GetPolicyResponse> getGetPolicyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.GetPolicyRequest, authsvc.v1.GetPolicyResponse> getGetPolicyMethod;
    if ((getGetPolicyMethod = PolicyServiceGrpc.getGetPolicyMethod) == null) {
      synchronized (PolicyServiceGrpc.class) {
        if ((getGetPolicyMethod = PolicyServiceGrpc.getGetPolicyMethod) == null) {
          PolicyServiceGrpc.getGetPolicyMethod = getGetPolicyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.GetPolicyRequest, authsvc.v1.GetPolicyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetPolicy"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.GetPolicyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.GetPolicyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PolicyServiceMethodDescriptorSupplier("GetPolicy"))
              .build();
        }
      }
    }
    return getGetPolicyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.ApplyPolicyRequest,
      authsvc.v1.ApplyPolicyResponse> getApplyPolicyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ApplyPolicy",
      requestType = authsvc.v1.ApplyPolicyRequest.class,
      responseType = authsvc.v1.ApplyPolicyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.ApplyPolicyRequest,
      authsvc.v1.ApplyPolicyResponse> getApplyPolicyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.ApplyPolicyRequest, authsvc.v1.ApplyPolicyResponse> getApplyPolicyMethod;
    if ((getApplyPolicyMethod = PolicyServiceGrpc.getApplyPolicyMethod) == null) {
      synchronized (PolicyServiceGrpc.class) {
        if ((getApplyPolicyMethod = PolicyServiceGrpc.getApplyPolicyMethod) == null) {
          PolicyServiceGrpc.getApplyPolicyMethod = getApplyPolicyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.ApplyPolicyRequest, authsvc.v1.ApplyPolicyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ApplyPolicy"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ApplyPolicyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ApplyPolicyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PolicyServiceMethodDescriptorSupplier("ApplyPolicy"))
              .build();
        }
      }
    }
    return getApplyPolicyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.TestPolicyRequest,
      authsvc.v1.TestPolicyResponse> getTestPolicyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "TestPolicy",
      requestType = authsvc.v1.TestPolicyRequest.class,
      responseType = authsvc.v1.TestPolicyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.TestPolicyRequest,
      authsvc.v1.TestPolicyResponse> getTestPolicyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.TestPolicyRequest, authsvc.v1.TestPolicyResponse> getTestPolicyMethod;
    if ((getTestPolicyMethod = PolicyServiceGrpc.getTestPolicyMethod) == null) {
      synchronized (PolicyServiceGrpc.class) {
        if ((getTestPolicyMethod = PolicyServiceGrpc.getTestPolicyMethod) == null) {
          PolicyServiceGrpc.getTestPolicyMethod = getTestPolicyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.TestPolicyRequest, authsvc.v1.TestPolicyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "TestPolicy"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.TestPolicyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.TestPolicyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PolicyServiceMethodDescriptorSupplier("TestPolicy"))
              .build();
        }
      }
    }
    return getTestPolicyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.ExplainPolicyRequest,
      authsvc.v1.ExplainPolicyResponse> getExplainPolicyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ExplainPolicy",
      requestType = authsvc.v1.ExplainPolicyRequest.class,
      responseType = authsvc.v1.ExplainPolicyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.ExplainPolicyRequest,
      authsvc.v1.ExplainPolicyResponse> getExplainPolicyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.ExplainPolicyRequest, authsvc.v1.ExplainPolicyResponse> getExplainPolicyMethod;
    if ((getExplainPolicyMethod = PolicyServiceGrpc.getExplainPolicyMethod) == null) {
      synchronized (PolicyServiceGrpc.class) {
        if ((getExplainPolicyMethod = PolicyServiceGrpc.getExplainPolicyMethod) == null) {
          PolicyServiceGrpc.getExplainPolicyMethod = getExplainPolicyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.ExplainPolicyRequest, authsvc.v1.ExplainPolicyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ExplainPolicy"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ExplainPolicyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ExplainPolicyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new PolicyServiceMethodDescriptorSupplier("ExplainPolicy"))
              .build();
        }
      }
    }
    return getExplainPolicyMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static PolicyServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PolicyServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PolicyServiceStub>() {
        @java.lang.Override
        public PolicyServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PolicyServiceStub(channel, callOptions);
        }
      };
    return PolicyServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static PolicyServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PolicyServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PolicyServiceBlockingV2Stub>() {
        @java.lang.Override
        public PolicyServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PolicyServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return PolicyServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static PolicyServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PolicyServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PolicyServiceBlockingStub>() {
        @java.lang.Override
        public PolicyServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PolicyServiceBlockingStub(channel, callOptions);
        }
      };
    return PolicyServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static PolicyServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<PolicyServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<PolicyServiceFutureStub>() {
        @java.lang.Override
        public PolicyServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new PolicyServiceFutureStub(channel, callOptions);
        }
      };
    return PolicyServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * The policy in the store; a file is only its source. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED,
   * RESOURCE_EXHAUSTED (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Reads the policy, or an earlier version of it.
     * Needs: `authsvc:policy:read`.
     * Errors: NOT_FOUND for a version that never was.
     * Idempotency: changes nothing.
     * </pre>
     */
    default void getPolicy(authsvc.v1.GetPolicyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.GetPolicyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetPolicyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Checks a document, runs its tests, and makes it the policy of every process, or changes nothing at all.
     * Needs: `authsvc:policy:write` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT with one violation for every mistake, with line and field; ETAG_MISMATCH when `expected_version` is
     * not the present one; FAILED_PRECONDITION when a test of the document fails, or keys would lose their type.
     * Idempotency: a repetition fails with ETAG_MISMATCH, so nothing is applied twice.
     * </pre>
     */
    default void applyPolicy(authsvc.v1.ApplyPolicyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ApplyPolicyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getApplyPolicyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Runs the test cases a document carries.
     * Needs: `authsvc:policy:read`.
     * Errors: INVALID_ARGUMENT with one violation for every mistake. A failed test is an answer.
     * Idempotency: changes nothing.
     * </pre>
     */
    default void testPolicy(authsvc.v1.TestPolicyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.TestPolicyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getTestPolicyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Says how an HTTP request would be decided, and by which route. Consumes no rate limit and counts as no use.
     * Needs: `authsvc:policy:read`; for a stored key also `authsvc:check`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND for a key that is not there.
     * Idempotency: changes nothing.
     * </pre>
     */
    default void explainPolicy(authsvc.v1.ExplainPolicyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ExplainPolicyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getExplainPolicyMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service PolicyService.
   * <pre>
   * The policy in the store; a file is only its source. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED,
   * RESOURCE_EXHAUSTED (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static abstract class PolicyServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return PolicyServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service PolicyService.
   * <pre>
   * The policy in the store; a file is only its source. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED,
   * RESOURCE_EXHAUSTED (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class PolicyServiceStub
      extends io.grpc.stub.AbstractAsyncStub<PolicyServiceStub> {
    private PolicyServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PolicyServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PolicyServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads the policy, or an earlier version of it.
     * Needs: `authsvc:policy:read`.
     * Errors: NOT_FOUND for a version that never was.
     * Idempotency: changes nothing.
     * </pre>
     */
    public void getPolicy(authsvc.v1.GetPolicyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.GetPolicyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetPolicyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Checks a document, runs its tests, and makes it the policy of every process, or changes nothing at all.
     * Needs: `authsvc:policy:write` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT with one violation for every mistake, with line and field; ETAG_MISMATCH when `expected_version` is
     * not the present one; FAILED_PRECONDITION when a test of the document fails, or keys would lose their type.
     * Idempotency: a repetition fails with ETAG_MISMATCH, so nothing is applied twice.
     * </pre>
     */
    public void applyPolicy(authsvc.v1.ApplyPolicyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ApplyPolicyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getApplyPolicyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Runs the test cases a document carries.
     * Needs: `authsvc:policy:read`.
     * Errors: INVALID_ARGUMENT with one violation for every mistake. A failed test is an answer.
     * Idempotency: changes nothing.
     * </pre>
     */
    public void testPolicy(authsvc.v1.TestPolicyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.TestPolicyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getTestPolicyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Says how an HTTP request would be decided, and by which route. Consumes no rate limit and counts as no use.
     * Needs: `authsvc:policy:read`; for a stored key also `authsvc:check`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND for a key that is not there.
     * Idempotency: changes nothing.
     * </pre>
     */
    public void explainPolicy(authsvc.v1.ExplainPolicyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ExplainPolicyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getExplainPolicyMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service PolicyService.
   * <pre>
   * The policy in the store; a file is only its source. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED,
   * RESOURCE_EXHAUSTED (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class PolicyServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<PolicyServiceBlockingV2Stub> {
    private PolicyServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PolicyServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PolicyServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads the policy, or an earlier version of it.
     * Needs: `authsvc:policy:read`.
     * Errors: NOT_FOUND for a version that never was.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.GetPolicyResponse getPolicy(authsvc.v1.GetPolicyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Checks a document, runs its tests, and makes it the policy of every process, or changes nothing at all.
     * Needs: `authsvc:policy:write` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT with one violation for every mistake, with line and field; ETAG_MISMATCH when `expected_version` is
     * not the present one; FAILED_PRECONDITION when a test of the document fails, or keys would lose their type.
     * Idempotency: a repetition fails with ETAG_MISMATCH, so nothing is applied twice.
     * </pre>
     */
    public authsvc.v1.ApplyPolicyResponse applyPolicy(authsvc.v1.ApplyPolicyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getApplyPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Runs the test cases a document carries.
     * Needs: `authsvc:policy:read`.
     * Errors: INVALID_ARGUMENT with one violation for every mistake. A failed test is an answer.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.TestPolicyResponse testPolicy(authsvc.v1.TestPolicyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getTestPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Says how an HTTP request would be decided, and by which route. Consumes no rate limit and counts as no use.
     * Needs: `authsvc:policy:read`; for a stored key also `authsvc:check`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND for a key that is not there.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.ExplainPolicyResponse explainPolicy(authsvc.v1.ExplainPolicyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getExplainPolicyMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service PolicyService.
   * <pre>
   * The policy in the store; a file is only its source. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED,
   * RESOURCE_EXHAUSTED (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class PolicyServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<PolicyServiceBlockingStub> {
    private PolicyServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PolicyServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PolicyServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads the policy, or an earlier version of it.
     * Needs: `authsvc:policy:read`.
     * Errors: NOT_FOUND for a version that never was.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.GetPolicyResponse getPolicy(authsvc.v1.GetPolicyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Checks a document, runs its tests, and makes it the policy of every process, or changes nothing at all.
     * Needs: `authsvc:policy:write` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT with one violation for every mistake, with line and field; ETAG_MISMATCH when `expected_version` is
     * not the present one; FAILED_PRECONDITION when a test of the document fails, or keys would lose their type.
     * Idempotency: a repetition fails with ETAG_MISMATCH, so nothing is applied twice.
     * </pre>
     */
    public authsvc.v1.ApplyPolicyResponse applyPolicy(authsvc.v1.ApplyPolicyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getApplyPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Runs the test cases a document carries.
     * Needs: `authsvc:policy:read`.
     * Errors: INVALID_ARGUMENT with one violation for every mistake. A failed test is an answer.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.TestPolicyResponse testPolicy(authsvc.v1.TestPolicyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getTestPolicyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Says how an HTTP request would be decided, and by which route. Consumes no rate limit and counts as no use.
     * Needs: `authsvc:policy:read`; for a stored key also `authsvc:check`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND for a key that is not there.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.ExplainPolicyResponse explainPolicy(authsvc.v1.ExplainPolicyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getExplainPolicyMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service PolicyService.
   * <pre>
   * The policy in the store; a file is only its source. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED,
   * RESOURCE_EXHAUSTED (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class PolicyServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<PolicyServiceFutureStub> {
    private PolicyServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected PolicyServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new PolicyServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads the policy, or an earlier version of it.
     * Needs: `authsvc:policy:read`.
     * Errors: NOT_FOUND for a version that never was.
     * Idempotency: changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.GetPolicyResponse> getPolicy(
        authsvc.v1.GetPolicyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetPolicyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Checks a document, runs its tests, and makes it the policy of every process, or changes nothing at all.
     * Needs: `authsvc:policy:write` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT with one violation for every mistake, with line and field; ETAG_MISMATCH when `expected_version` is
     * not the present one; FAILED_PRECONDITION when a test of the document fails, or keys would lose their type.
     * Idempotency: a repetition fails with ETAG_MISMATCH, so nothing is applied twice.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.ApplyPolicyResponse> applyPolicy(
        authsvc.v1.ApplyPolicyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getApplyPolicyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Runs the test cases a document carries.
     * Needs: `authsvc:policy:read`.
     * Errors: INVALID_ARGUMENT with one violation for every mistake. A failed test is an answer.
     * Idempotency: changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.TestPolicyResponse> testPolicy(
        authsvc.v1.TestPolicyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getTestPolicyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Says how an HTTP request would be decided, and by which route. Consumes no rate limit and counts as no use.
     * Needs: `authsvc:policy:read`; for a stored key also `authsvc:check`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND for a key that is not there.
     * Idempotency: changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.ExplainPolicyResponse> explainPolicy(
        authsvc.v1.ExplainPolicyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getExplainPolicyMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_GET_POLICY = 0;
  private static final int METHODID_APPLY_POLICY = 1;
  private static final int METHODID_TEST_POLICY = 2;
  private static final int METHODID_EXPLAIN_POLICY = 3;

  private static final class MethodHandlers<Req, Resp> implements
      io.grpc.stub.ServerCalls.UnaryMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ServerStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ClientStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.BidiStreamingMethod<Req, Resp> {
    private final AsyncService serviceImpl;
    private final int methodId;

    MethodHandlers(AsyncService serviceImpl, int methodId) {
      this.serviceImpl = serviceImpl;
      this.methodId = methodId;
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public void invoke(Req request, io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_GET_POLICY:
          serviceImpl.getPolicy((authsvc.v1.GetPolicyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.GetPolicyResponse>) responseObserver);
          break;
        case METHODID_APPLY_POLICY:
          serviceImpl.applyPolicy((authsvc.v1.ApplyPolicyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.ApplyPolicyResponse>) responseObserver);
          break;
        case METHODID_TEST_POLICY:
          serviceImpl.testPolicy((authsvc.v1.TestPolicyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.TestPolicyResponse>) responseObserver);
          break;
        case METHODID_EXPLAIN_POLICY:
          serviceImpl.explainPolicy((authsvc.v1.ExplainPolicyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.ExplainPolicyResponse>) responseObserver);
          break;
        default:
          throw new AssertionError();
      }
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public io.grpc.stub.StreamObserver<Req> invoke(
        io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getGetPolicyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.GetPolicyRequest,
              authsvc.v1.GetPolicyResponse>(
                service, METHODID_GET_POLICY)))
        .addMethod(
          getApplyPolicyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.ApplyPolicyRequest,
              authsvc.v1.ApplyPolicyResponse>(
                service, METHODID_APPLY_POLICY)))
        .addMethod(
          getTestPolicyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.TestPolicyRequest,
              authsvc.v1.TestPolicyResponse>(
                service, METHODID_TEST_POLICY)))
        .addMethod(
          getExplainPolicyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.ExplainPolicyRequest,
              authsvc.v1.ExplainPolicyResponse>(
                service, METHODID_EXPLAIN_POLICY)))
        .build();
  }

  private static abstract class PolicyServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    PolicyServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return authsvc.v1.PolicyServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("PolicyService");
    }
  }

  private static final class PolicyServiceFileDescriptorSupplier
      extends PolicyServiceBaseDescriptorSupplier {
    PolicyServiceFileDescriptorSupplier() {}
  }

  private static final class PolicyServiceMethodDescriptorSupplier
      extends PolicyServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    PolicyServiceMethodDescriptorSupplier(java.lang.String methodName) {
      this.methodName = methodName;
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(methodName);
    }
  }

  private static volatile io.grpc.ServiceDescriptor serviceDescriptor;

  public static io.grpc.ServiceDescriptor getServiceDescriptor() {
    io.grpc.ServiceDescriptor result = serviceDescriptor;
    if (result == null) {
      synchronized (PolicyServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new PolicyServiceFileDescriptorSupplier())
              .addMethod(getGetPolicyMethod())
              .addMethod(getApplyPolicyMethod())
              .addMethod(getTestPolicyMethod())
              .addMethod(getExplainPolicyMethod())
              .build();
        }
      }
    }
    return result;
  }
}
