package authsvc.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Decides. Callers authenticate with `authorization: Bearer &lt;caller key&gt;` metadata; every method names the scope it needs. Every
 * method may fail with UNAUTHENTICATED, PERMISSION_DENIED and RESOURCE_EXHAUSTED (about the caller, never about the credential in
 * question), and with UNAVAILABLE or DEADLINE_EXCEEDED, which mean that no decision was reached. Keys and tenants outside the
 * caller's tenant answer as if they did not exist. Every error carries google.rpc.ErrorInfo.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class AuthServiceGrpc {

  private AuthServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "authsvc.v1.AuthService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<authsvc.v1.VerifyRequest,
      authsvc.v1.VerifyResponse> getVerifyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Verify",
      requestType = authsvc.v1.VerifyRequest.class,
      responseType = authsvc.v1.VerifyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.VerifyRequest,
      authsvc.v1.VerifyResponse> getVerifyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.VerifyRequest, authsvc.v1.VerifyResponse> getVerifyMethod;
    if ((getVerifyMethod = AuthServiceGrpc.getVerifyMethod) == null) {
      synchronized (AuthServiceGrpc.class) {
        if ((getVerifyMethod = AuthServiceGrpc.getVerifyMethod) == null) {
          AuthServiceGrpc.getVerifyMethod = getVerifyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.VerifyRequest, authsvc.v1.VerifyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Verify"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.VerifyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.VerifyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AuthServiceMethodDescriptorSupplier("Verify"))
              .build();
        }
      }
    }
    return getVerifyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.BatchVerifyRequest,
      authsvc.v1.BatchVerifyResponse> getBatchVerifyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "BatchVerify",
      requestType = authsvc.v1.BatchVerifyRequest.class,
      responseType = authsvc.v1.BatchVerifyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.BatchVerifyRequest,
      authsvc.v1.BatchVerifyResponse> getBatchVerifyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.BatchVerifyRequest, authsvc.v1.BatchVerifyResponse> getBatchVerifyMethod;
    if ((getBatchVerifyMethod = AuthServiceGrpc.getBatchVerifyMethod) == null) {
      synchronized (AuthServiceGrpc.class) {
        if ((getBatchVerifyMethod = AuthServiceGrpc.getBatchVerifyMethod) == null) {
          AuthServiceGrpc.getBatchVerifyMethod = getBatchVerifyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.BatchVerifyRequest, authsvc.v1.BatchVerifyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "BatchVerify"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.BatchVerifyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.BatchVerifyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AuthServiceMethodDescriptorSupplier("BatchVerify"))
              .build();
        }
      }
    }
    return getBatchVerifyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.CheckScopeRequest,
      authsvc.v1.CheckScopeResponse> getCheckScopeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CheckScope",
      requestType = authsvc.v1.CheckScopeRequest.class,
      responseType = authsvc.v1.CheckScopeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.CheckScopeRequest,
      authsvc.v1.CheckScopeResponse> getCheckScopeMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.CheckScopeRequest, authsvc.v1.CheckScopeResponse> getCheckScopeMethod;
    if ((getCheckScopeMethod = AuthServiceGrpc.getCheckScopeMethod) == null) {
      synchronized (AuthServiceGrpc.class) {
        if ((getCheckScopeMethod = AuthServiceGrpc.getCheckScopeMethod) == null) {
          AuthServiceGrpc.getCheckScopeMethod = getCheckScopeMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.CheckScopeRequest, authsvc.v1.CheckScopeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CheckScope"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.CheckScopeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.CheckScopeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AuthServiceMethodDescriptorSupplier("CheckScope"))
              .build();
        }
      }
    }
    return getCheckScopeMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.MintRequest,
      authsvc.v1.MintResponse> getMintMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Mint",
      requestType = authsvc.v1.MintRequest.class,
      responseType = authsvc.v1.MintResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.MintRequest,
      authsvc.v1.MintResponse> getMintMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.MintRequest, authsvc.v1.MintResponse> getMintMethod;
    if ((getMintMethod = AuthServiceGrpc.getMintMethod) == null) {
      synchronized (AuthServiceGrpc.class) {
        if ((getMintMethod = AuthServiceGrpc.getMintMethod) == null) {
          AuthServiceGrpc.getMintMethod = getMintMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.MintRequest, authsvc.v1.MintResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Mint"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.MintRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.MintResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AuthServiceMethodDescriptorSupplier("Mint"))
              .build();
        }
      }
    }
    return getMintMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.RevokeTokenRequest,
      authsvc.v1.RevokeTokenResponse> getRevokeTokenMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RevokeToken",
      requestType = authsvc.v1.RevokeTokenRequest.class,
      responseType = authsvc.v1.RevokeTokenResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.RevokeTokenRequest,
      authsvc.v1.RevokeTokenResponse> getRevokeTokenMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.RevokeTokenRequest, authsvc.v1.RevokeTokenResponse> getRevokeTokenMethod;
    if ((getRevokeTokenMethod = AuthServiceGrpc.getRevokeTokenMethod) == null) {
      synchronized (AuthServiceGrpc.class) {
        if ((getRevokeTokenMethod = AuthServiceGrpc.getRevokeTokenMethod) == null) {
          AuthServiceGrpc.getRevokeTokenMethod = getRevokeTokenMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.RevokeTokenRequest, authsvc.v1.RevokeTokenResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RevokeToken"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.RevokeTokenRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.RevokeTokenResponse.getDefaultInstance()))
              .setSchemaDescriptor(new AuthServiceMethodDescriptorSupplier("RevokeToken"))
              .build();
        }
      }
    }
    return getRevokeTokenMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static AuthServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<AuthServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<AuthServiceStub>() {
        @java.lang.Override
        public AuthServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new AuthServiceStub(channel, callOptions);
        }
      };
    return AuthServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static AuthServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<AuthServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<AuthServiceBlockingV2Stub>() {
        @java.lang.Override
        public AuthServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new AuthServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return AuthServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static AuthServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<AuthServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<AuthServiceBlockingStub>() {
        @java.lang.Override
        public AuthServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new AuthServiceBlockingStub(channel, callOptions);
        }
      };
    return AuthServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static AuthServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<AuthServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<AuthServiceFutureStub>() {
        @java.lang.Override
        public AuthServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new AuthServiceFutureStub(channel, callOptions);
        }
      };
    return AuthServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Decides. Callers authenticate with `authorization: Bearer &lt;caller key&gt;` metadata; every method names the scope it needs. Every
   * method may fail with UNAUTHENTICATED, PERMISSION_DENIED and RESOURCE_EXHAUSTED (about the caller, never about the credential in
   * question), and with UNAVAILABLE or DEADLINE_EXCEEDED, which mean that no decision was reached. Keys and tenants outside the
   * caller's tenant answer as if they did not exist. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Decides whether a credential may do what is required, now.
     * Needs: `authsvc:verify`.
     * Errors: INVALID_ARGUMENT when the requirement, context or cost cannot be read. A refused credential is a DENY, not an error.
     * Idempotency: an ALLOW consumes rate limits and counts as a use, so a retried call may consume twice. Safe to retry otherwise.
     * </pre>
     */
    default void verify(authsvc.v1.VerifyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.VerifyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getVerifyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Decides on many credentials in one call, each on its own and in order: one bad request spoils no other.
     * Needs: `authsvc:verify`.
     * Errors: INVALID_ARGUMENT for more than 1000 requests; errors of single requests are in their results.
     * Idempotency: as Verify.
     * </pre>
     */
    default void batchVerify(authsvc.v1.BatchVerifyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.BatchVerifyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getBatchVerifyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Decides like Verify and explains the answer. Consumes no rate limit, never answers RATE_LIMITED, and counts as no use.
     * Needs: `authsvc:verify`.
     * Errors: as Verify.
     * Idempotency: changes nothing.
     * </pre>
     */
    default void checkScope(authsvc.v1.CheckScopeRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.CheckScopeResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCheckScopeMethod(), responseObserver);
    }

    /**
     * <pre>
     * Mints a short-lived access token (RFC 9068) from a key. Rights only ever narrow: asking for more than the key has is a DENY.
     * Needs: `authsvc:mint`; with `on_behalf_of` also `authsvc:mint:act`.
     * Errors: INVALID_ARGUMENT for a bad scope, audience, resource or ttl, or when the credential is a token; FAILED_PRECONDITION
     * when such a key may not mint (a network allowlist, unless its type says so). A refused key is a DENY without a token, not an
     * error.
     * Idempotency: every call mints another token, with its own `token_id`. Not retried by clients.
     * </pre>
     */
    default void mint(authsvc.v1.MintRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.MintResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getMintMethod(), responseObserver);
    }

    /**
     * <pre>
     * Revokes one access token before it expires. The key and its other tokens live on.
     * Needs: `authsvc:tokens:revoke`.
     * Errors: INVALID_ARGUMENT when the token is not one of ours; NOT_FOUND when it belongs outside the caller's tenant.
     * Idempotency: revoking again changes nothing and waits for the receipt in the same way.
     * </pre>
     */
    default void revokeToken(authsvc.v1.RevokeTokenRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.RevokeTokenResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRevokeTokenMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service AuthService.
   * <pre>
   * Decides. Callers authenticate with `authorization: Bearer &lt;caller key&gt;` metadata; every method names the scope it needs. Every
   * method may fail with UNAUTHENTICATED, PERMISSION_DENIED and RESOURCE_EXHAUSTED (about the caller, never about the credential in
   * question), and with UNAVAILABLE or DEADLINE_EXCEEDED, which mean that no decision was reached. Keys and tenants outside the
   * caller's tenant answer as if they did not exist. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static abstract class AuthServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return AuthServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service AuthService.
   * <pre>
   * Decides. Callers authenticate with `authorization: Bearer &lt;caller key&gt;` metadata; every method names the scope it needs. Every
   * method may fail with UNAUTHENTICATED, PERMISSION_DENIED and RESOURCE_EXHAUSTED (about the caller, never about the credential in
   * question), and with UNAVAILABLE or DEADLINE_EXCEEDED, which mean that no decision was reached. Keys and tenants outside the
   * caller's tenant answer as if they did not exist. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class AuthServiceStub
      extends io.grpc.stub.AbstractAsyncStub<AuthServiceStub> {
    private AuthServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected AuthServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new AuthServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Decides whether a credential may do what is required, now.
     * Needs: `authsvc:verify`.
     * Errors: INVALID_ARGUMENT when the requirement, context or cost cannot be read. A refused credential is a DENY, not an error.
     * Idempotency: an ALLOW consumes rate limits and counts as a use, so a retried call may consume twice. Safe to retry otherwise.
     * </pre>
     */
    public void verify(authsvc.v1.VerifyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.VerifyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getVerifyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Decides on many credentials in one call, each on its own and in order: one bad request spoils no other.
     * Needs: `authsvc:verify`.
     * Errors: INVALID_ARGUMENT for more than 1000 requests; errors of single requests are in their results.
     * Idempotency: as Verify.
     * </pre>
     */
    public void batchVerify(authsvc.v1.BatchVerifyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.BatchVerifyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getBatchVerifyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Decides like Verify and explains the answer. Consumes no rate limit, never answers RATE_LIMITED, and counts as no use.
     * Needs: `authsvc:verify`.
     * Errors: as Verify.
     * Idempotency: changes nothing.
     * </pre>
     */
    public void checkScope(authsvc.v1.CheckScopeRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.CheckScopeResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCheckScopeMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Mints a short-lived access token (RFC 9068) from a key. Rights only ever narrow: asking for more than the key has is a DENY.
     * Needs: `authsvc:mint`; with `on_behalf_of` also `authsvc:mint:act`.
     * Errors: INVALID_ARGUMENT for a bad scope, audience, resource or ttl, or when the credential is a token; FAILED_PRECONDITION
     * when such a key may not mint (a network allowlist, unless its type says so). A refused key is a DENY without a token, not an
     * error.
     * Idempotency: every call mints another token, with its own `token_id`. Not retried by clients.
     * </pre>
     */
    public void mint(authsvc.v1.MintRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.MintResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getMintMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Revokes one access token before it expires. The key and its other tokens live on.
     * Needs: `authsvc:tokens:revoke`.
     * Errors: INVALID_ARGUMENT when the token is not one of ours; NOT_FOUND when it belongs outside the caller's tenant.
     * Idempotency: revoking again changes nothing and waits for the receipt in the same way.
     * </pre>
     */
    public void revokeToken(authsvc.v1.RevokeTokenRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.RevokeTokenResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRevokeTokenMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service AuthService.
   * <pre>
   * Decides. Callers authenticate with `authorization: Bearer &lt;caller key&gt;` metadata; every method names the scope it needs. Every
   * method may fail with UNAUTHENTICATED, PERMISSION_DENIED and RESOURCE_EXHAUSTED (about the caller, never about the credential in
   * question), and with UNAVAILABLE or DEADLINE_EXCEEDED, which mean that no decision was reached. Keys and tenants outside the
   * caller's tenant answer as if they did not exist. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class AuthServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<AuthServiceBlockingV2Stub> {
    private AuthServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected AuthServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new AuthServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Decides whether a credential may do what is required, now.
     * Needs: `authsvc:verify`.
     * Errors: INVALID_ARGUMENT when the requirement, context or cost cannot be read. A refused credential is a DENY, not an error.
     * Idempotency: an ALLOW consumes rate limits and counts as a use, so a retried call may consume twice. Safe to retry otherwise.
     * </pre>
     */
    public authsvc.v1.VerifyResponse verify(authsvc.v1.VerifyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getVerifyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Decides on many credentials in one call, each on its own and in order: one bad request spoils no other.
     * Needs: `authsvc:verify`.
     * Errors: INVALID_ARGUMENT for more than 1000 requests; errors of single requests are in their results.
     * Idempotency: as Verify.
     * </pre>
     */
    public authsvc.v1.BatchVerifyResponse batchVerify(authsvc.v1.BatchVerifyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getBatchVerifyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Decides like Verify and explains the answer. Consumes no rate limit, never answers RATE_LIMITED, and counts as no use.
     * Needs: `authsvc:verify`.
     * Errors: as Verify.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.CheckScopeResponse checkScope(authsvc.v1.CheckScopeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCheckScopeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Mints a short-lived access token (RFC 9068) from a key. Rights only ever narrow: asking for more than the key has is a DENY.
     * Needs: `authsvc:mint`; with `on_behalf_of` also `authsvc:mint:act`.
     * Errors: INVALID_ARGUMENT for a bad scope, audience, resource or ttl, or when the credential is a token; FAILED_PRECONDITION
     * when such a key may not mint (a network allowlist, unless its type says so). A refused key is a DENY without a token, not an
     * error.
     * Idempotency: every call mints another token, with its own `token_id`. Not retried by clients.
     * </pre>
     */
    public authsvc.v1.MintResponse mint(authsvc.v1.MintRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getMintMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Revokes one access token before it expires. The key and its other tokens live on.
     * Needs: `authsvc:tokens:revoke`.
     * Errors: INVALID_ARGUMENT when the token is not one of ours; NOT_FOUND when it belongs outside the caller's tenant.
     * Idempotency: revoking again changes nothing and waits for the receipt in the same way.
     * </pre>
     */
    public authsvc.v1.RevokeTokenResponse revokeToken(authsvc.v1.RevokeTokenRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRevokeTokenMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service AuthService.
   * <pre>
   * Decides. Callers authenticate with `authorization: Bearer &lt;caller key&gt;` metadata; every method names the scope it needs. Every
   * method may fail with UNAUTHENTICATED, PERMISSION_DENIED and RESOURCE_EXHAUSTED (about the caller, never about the credential in
   * question), and with UNAVAILABLE or DEADLINE_EXCEEDED, which mean that no decision was reached. Keys and tenants outside the
   * caller's tenant answer as if they did not exist. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class AuthServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<AuthServiceBlockingStub> {
    private AuthServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected AuthServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new AuthServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Decides whether a credential may do what is required, now.
     * Needs: `authsvc:verify`.
     * Errors: INVALID_ARGUMENT when the requirement, context or cost cannot be read. A refused credential is a DENY, not an error.
     * Idempotency: an ALLOW consumes rate limits and counts as a use, so a retried call may consume twice. Safe to retry otherwise.
     * </pre>
     */
    public authsvc.v1.VerifyResponse verify(authsvc.v1.VerifyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getVerifyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Decides on many credentials in one call, each on its own and in order: one bad request spoils no other.
     * Needs: `authsvc:verify`.
     * Errors: INVALID_ARGUMENT for more than 1000 requests; errors of single requests are in their results.
     * Idempotency: as Verify.
     * </pre>
     */
    public authsvc.v1.BatchVerifyResponse batchVerify(authsvc.v1.BatchVerifyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getBatchVerifyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Decides like Verify and explains the answer. Consumes no rate limit, never answers RATE_LIMITED, and counts as no use.
     * Needs: `authsvc:verify`.
     * Errors: as Verify.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.CheckScopeResponse checkScope(authsvc.v1.CheckScopeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCheckScopeMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Mints a short-lived access token (RFC 9068) from a key. Rights only ever narrow: asking for more than the key has is a DENY.
     * Needs: `authsvc:mint`; with `on_behalf_of` also `authsvc:mint:act`.
     * Errors: INVALID_ARGUMENT for a bad scope, audience, resource or ttl, or when the credential is a token; FAILED_PRECONDITION
     * when such a key may not mint (a network allowlist, unless its type says so). A refused key is a DENY without a token, not an
     * error.
     * Idempotency: every call mints another token, with its own `token_id`. Not retried by clients.
     * </pre>
     */
    public authsvc.v1.MintResponse mint(authsvc.v1.MintRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getMintMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Revokes one access token before it expires. The key and its other tokens live on.
     * Needs: `authsvc:tokens:revoke`.
     * Errors: INVALID_ARGUMENT when the token is not one of ours; NOT_FOUND when it belongs outside the caller's tenant.
     * Idempotency: revoking again changes nothing and waits for the receipt in the same way.
     * </pre>
     */
    public authsvc.v1.RevokeTokenResponse revokeToken(authsvc.v1.RevokeTokenRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRevokeTokenMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service AuthService.
   * <pre>
   * Decides. Callers authenticate with `authorization: Bearer &lt;caller key&gt;` metadata; every method names the scope it needs. Every
   * method may fail with UNAUTHENTICATED, PERMISSION_DENIED and RESOURCE_EXHAUSTED (about the caller, never about the credential in
   * question), and with UNAVAILABLE or DEADLINE_EXCEEDED, which mean that no decision was reached. Keys and tenants outside the
   * caller's tenant answer as if they did not exist. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class AuthServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<AuthServiceFutureStub> {
    private AuthServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected AuthServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new AuthServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Decides whether a credential may do what is required, now.
     * Needs: `authsvc:verify`.
     * Errors: INVALID_ARGUMENT when the requirement, context or cost cannot be read. A refused credential is a DENY, not an error.
     * Idempotency: an ALLOW consumes rate limits and counts as a use, so a retried call may consume twice. Safe to retry otherwise.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.VerifyResponse> verify(
        authsvc.v1.VerifyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getVerifyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Decides on many credentials in one call, each on its own and in order: one bad request spoils no other.
     * Needs: `authsvc:verify`.
     * Errors: INVALID_ARGUMENT for more than 1000 requests; errors of single requests are in their results.
     * Idempotency: as Verify.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.BatchVerifyResponse> batchVerify(
        authsvc.v1.BatchVerifyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getBatchVerifyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Decides like Verify and explains the answer. Consumes no rate limit, never answers RATE_LIMITED, and counts as no use.
     * Needs: `authsvc:verify`.
     * Errors: as Verify.
     * Idempotency: changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.CheckScopeResponse> checkScope(
        authsvc.v1.CheckScopeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCheckScopeMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Mints a short-lived access token (RFC 9068) from a key. Rights only ever narrow: asking for more than the key has is a DENY.
     * Needs: `authsvc:mint`; with `on_behalf_of` also `authsvc:mint:act`.
     * Errors: INVALID_ARGUMENT for a bad scope, audience, resource or ttl, or when the credential is a token; FAILED_PRECONDITION
     * when such a key may not mint (a network allowlist, unless its type says so). A refused key is a DENY without a token, not an
     * error.
     * Idempotency: every call mints another token, with its own `token_id`. Not retried by clients.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.MintResponse> mint(
        authsvc.v1.MintRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getMintMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Revokes one access token before it expires. The key and its other tokens live on.
     * Needs: `authsvc:tokens:revoke`.
     * Errors: INVALID_ARGUMENT when the token is not one of ours; NOT_FOUND when it belongs outside the caller's tenant.
     * Idempotency: revoking again changes nothing and waits for the receipt in the same way.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.RevokeTokenResponse> revokeToken(
        authsvc.v1.RevokeTokenRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRevokeTokenMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_VERIFY = 0;
  private static final int METHODID_BATCH_VERIFY = 1;
  private static final int METHODID_CHECK_SCOPE = 2;
  private static final int METHODID_MINT = 3;
  private static final int METHODID_REVOKE_TOKEN = 4;

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
        case METHODID_VERIFY:
          serviceImpl.verify((authsvc.v1.VerifyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.VerifyResponse>) responseObserver);
          break;
        case METHODID_BATCH_VERIFY:
          serviceImpl.batchVerify((authsvc.v1.BatchVerifyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.BatchVerifyResponse>) responseObserver);
          break;
        case METHODID_CHECK_SCOPE:
          serviceImpl.checkScope((authsvc.v1.CheckScopeRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.CheckScopeResponse>) responseObserver);
          break;
        case METHODID_MINT:
          serviceImpl.mint((authsvc.v1.MintRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.MintResponse>) responseObserver);
          break;
        case METHODID_REVOKE_TOKEN:
          serviceImpl.revokeToken((authsvc.v1.RevokeTokenRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.RevokeTokenResponse>) responseObserver);
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
          getVerifyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.VerifyRequest,
              authsvc.v1.VerifyResponse>(
                service, METHODID_VERIFY)))
        .addMethod(
          getBatchVerifyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.BatchVerifyRequest,
              authsvc.v1.BatchVerifyResponse>(
                service, METHODID_BATCH_VERIFY)))
        .addMethod(
          getCheckScopeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.CheckScopeRequest,
              authsvc.v1.CheckScopeResponse>(
                service, METHODID_CHECK_SCOPE)))
        .addMethod(
          getMintMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.MintRequest,
              authsvc.v1.MintResponse>(
                service, METHODID_MINT)))
        .addMethod(
          getRevokeTokenMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.RevokeTokenRequest,
              authsvc.v1.RevokeTokenResponse>(
                service, METHODID_REVOKE_TOKEN)))
        .build();
  }

  private static abstract class AuthServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    AuthServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return authsvc.v1.AuthServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("AuthService");
    }
  }

  private static final class AuthServiceFileDescriptorSupplier
      extends AuthServiceBaseDescriptorSupplier {
    AuthServiceFileDescriptorSupplier() {}
  }

  private static final class AuthServiceMethodDescriptorSupplier
      extends AuthServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    AuthServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (AuthServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new AuthServiceFileDescriptorSupplier())
              .addMethod(getVerifyMethod())
              .addMethod(getBatchVerifyMethod())
              .addMethod(getCheckScopeMethod())
              .addMethod(getMintMethod())
              .addMethod(getRevokeTokenMethod())
              .build();
        }
      }
    }
    return result;
  }
}
