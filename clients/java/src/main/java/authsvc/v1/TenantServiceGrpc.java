package authsvc.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * What is set for whole tenants. A caller acts within its own tenant and below; others answer NOT_FOUND. Every mutation is
 * committed, audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED
 * (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class TenantServiceGrpc {

  private TenantServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "authsvc.v1.TenantService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<authsvc.v1.GetTenantRequest,
      authsvc.v1.GetTenantResponse> getGetTenantMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetTenant",
      requestType = authsvc.v1.GetTenantRequest.class,
      responseType = authsvc.v1.GetTenantResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.GetTenantRequest,
      authsvc.v1.GetTenantResponse> getGetTenantMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.GetTenantRequest, authsvc.v1.GetTenantResponse> getGetTenantMethod;
    if ((getGetTenantMethod = TenantServiceGrpc.getGetTenantMethod) == null) {
      synchronized (TenantServiceGrpc.class) {
        if ((getGetTenantMethod = TenantServiceGrpc.getGetTenantMethod) == null) {
          TenantServiceGrpc.getGetTenantMethod = getGetTenantMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.GetTenantRequest, authsvc.v1.GetTenantResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetTenant"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.GetTenantRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.GetTenantResponse.getDefaultInstance()))
              .setSchemaDescriptor(new TenantServiceMethodDescriptorSupplier("GetTenant"))
              .build();
        }
      }
    }
    return getGetTenantMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.ListTenantsRequest,
      authsvc.v1.ListTenantsResponse> getListTenantsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListTenants",
      requestType = authsvc.v1.ListTenantsRequest.class,
      responseType = authsvc.v1.ListTenantsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.ListTenantsRequest,
      authsvc.v1.ListTenantsResponse> getListTenantsMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.ListTenantsRequest, authsvc.v1.ListTenantsResponse> getListTenantsMethod;
    if ((getListTenantsMethod = TenantServiceGrpc.getListTenantsMethod) == null) {
      synchronized (TenantServiceGrpc.class) {
        if ((getListTenantsMethod = TenantServiceGrpc.getListTenantsMethod) == null) {
          TenantServiceGrpc.getListTenantsMethod = getListTenantsMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.ListTenantsRequest, authsvc.v1.ListTenantsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListTenants"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ListTenantsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ListTenantsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new TenantServiceMethodDescriptorSupplier("ListTenants"))
              .build();
        }
      }
    }
    return getListTenantsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.UpdateTenantRequest,
      authsvc.v1.UpdateTenantResponse> getUpdateTenantMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpdateTenant",
      requestType = authsvc.v1.UpdateTenantRequest.class,
      responseType = authsvc.v1.UpdateTenantResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.UpdateTenantRequest,
      authsvc.v1.UpdateTenantResponse> getUpdateTenantMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.UpdateTenantRequest, authsvc.v1.UpdateTenantResponse> getUpdateTenantMethod;
    if ((getUpdateTenantMethod = TenantServiceGrpc.getUpdateTenantMethod) == null) {
      synchronized (TenantServiceGrpc.class) {
        if ((getUpdateTenantMethod = TenantServiceGrpc.getUpdateTenantMethod) == null) {
          TenantServiceGrpc.getUpdateTenantMethod = getUpdateTenantMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.UpdateTenantRequest, authsvc.v1.UpdateTenantResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpdateTenant"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.UpdateTenantRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.UpdateTenantResponse.getDefaultInstance()))
              .setSchemaDescriptor(new TenantServiceMethodDescriptorSupplier("UpdateTenant"))
              .build();
        }
      }
    }
    return getUpdateTenantMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.SuspendTenantRequest,
      authsvc.v1.SuspendTenantResponse> getSuspendTenantMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SuspendTenant",
      requestType = authsvc.v1.SuspendTenantRequest.class,
      responseType = authsvc.v1.SuspendTenantResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.SuspendTenantRequest,
      authsvc.v1.SuspendTenantResponse> getSuspendTenantMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.SuspendTenantRequest, authsvc.v1.SuspendTenantResponse> getSuspendTenantMethod;
    if ((getSuspendTenantMethod = TenantServiceGrpc.getSuspendTenantMethod) == null) {
      synchronized (TenantServiceGrpc.class) {
        if ((getSuspendTenantMethod = TenantServiceGrpc.getSuspendTenantMethod) == null) {
          TenantServiceGrpc.getSuspendTenantMethod = getSuspendTenantMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.SuspendTenantRequest, authsvc.v1.SuspendTenantResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SuspendTenant"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.SuspendTenantRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.SuspendTenantResponse.getDefaultInstance()))
              .setSchemaDescriptor(new TenantServiceMethodDescriptorSupplier("SuspendTenant"))
              .build();
        }
      }
    }
    return getSuspendTenantMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.ResumeTenantRequest,
      authsvc.v1.ResumeTenantResponse> getResumeTenantMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ResumeTenant",
      requestType = authsvc.v1.ResumeTenantRequest.class,
      responseType = authsvc.v1.ResumeTenantResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.ResumeTenantRequest,
      authsvc.v1.ResumeTenantResponse> getResumeTenantMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.ResumeTenantRequest, authsvc.v1.ResumeTenantResponse> getResumeTenantMethod;
    if ((getResumeTenantMethod = TenantServiceGrpc.getResumeTenantMethod) == null) {
      synchronized (TenantServiceGrpc.class) {
        if ((getResumeTenantMethod = TenantServiceGrpc.getResumeTenantMethod) == null) {
          TenantServiceGrpc.getResumeTenantMethod = getResumeTenantMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.ResumeTenantRequest, authsvc.v1.ResumeTenantResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ResumeTenant"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ResumeTenantRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ResumeTenantResponse.getDefaultInstance()))
              .setSchemaDescriptor(new TenantServiceMethodDescriptorSupplier("ResumeTenant"))
              .build();
        }
      }
    }
    return getResumeTenantMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static TenantServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TenantServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TenantServiceStub>() {
        @java.lang.Override
        public TenantServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TenantServiceStub(channel, callOptions);
        }
      };
    return TenantServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static TenantServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TenantServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TenantServiceBlockingV2Stub>() {
        @java.lang.Override
        public TenantServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TenantServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return TenantServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static TenantServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TenantServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TenantServiceBlockingStub>() {
        @java.lang.Override
        public TenantServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TenantServiceBlockingStub(channel, callOptions);
        }
      };
    return TenantServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static TenantServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<TenantServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<TenantServiceFutureStub>() {
        @java.lang.Override
        public TenantServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new TenantServiceFutureStub(channel, callOptions);
        }
      };
    return TenantServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * What is set for whole tenants. A caller acts within its own tenant and below; others answer NOT_FOUND. Every mutation is
   * committed, audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED
   * (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Reads what is set for a tenant; one with nothing set answers with the defaults.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND outside the caller's tenant.
     * Idempotency: changes nothing.
     * </pre>
     */
    default void getTenant(authsvc.v1.GetTenantRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.GetTenantResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetTenantMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists the tenants for which something is set, by path.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT for a bad filter or page token.
     * Idempotency: changes nothing.
     * </pre>
     */
    default void listTenants(authsvc.v1.ListTenantsRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ListTenantsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListTenantsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Changes the network allowlist of a tenant.
     * Needs: `authsvc:tenants:write`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: repeating the same update ends in the same tenant; with an etag the repetition fails with ETAG_MISMATCH.
     * </pre>
     */
    default void updateTenant(authsvc.v1.UpdateTenantRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.UpdateTenantResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpdateTenantMethod(), responseObserver);
    }

    /**
     * <pre>
     * Denies every key and token of a tenant and of those below it, until it is resumed.
     * Needs: `authsvc:tenants:write`, from a tenant above the suspended one or from the root tenant.
     * Errors: INVALID_ARGUMENT for the root tenant; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: suspending again changes nothing, keeps the first reason and waits for the receipt in the same way.
     * </pre>
     */
    default void suspendTenant(authsvc.v1.SuspendTenantRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.SuspendTenantResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSuspendTenantMethod(), responseObserver);
    }

    /**
     * <pre>
     * Ends the suspension of a tenant; its tokens that have not expired work again.
     * Needs: `authsvc:tenants:write`, from a tenant above the suspended one or from the root tenant.
     * Errors: INVALID_ARGUMENT; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: resuming again changes nothing.
     * </pre>
     */
    default void resumeTenant(authsvc.v1.ResumeTenantRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ResumeTenantResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getResumeTenantMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service TenantService.
   * <pre>
   * What is set for whole tenants. A caller acts within its own tenant and below; others answer NOT_FOUND. Every mutation is
   * committed, audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED
   * (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static abstract class TenantServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return TenantServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service TenantService.
   * <pre>
   * What is set for whole tenants. A caller acts within its own tenant and below; others answer NOT_FOUND. Every mutation is
   * committed, audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED
   * (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class TenantServiceStub
      extends io.grpc.stub.AbstractAsyncStub<TenantServiceStub> {
    private TenantServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TenantServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TenantServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads what is set for a tenant; one with nothing set answers with the defaults.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND outside the caller's tenant.
     * Idempotency: changes nothing.
     * </pre>
     */
    public void getTenant(authsvc.v1.GetTenantRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.GetTenantResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetTenantMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists the tenants for which something is set, by path.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT for a bad filter or page token.
     * Idempotency: changes nothing.
     * </pre>
     */
    public void listTenants(authsvc.v1.ListTenantsRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ListTenantsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListTenantsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Changes the network allowlist of a tenant.
     * Needs: `authsvc:tenants:write`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: repeating the same update ends in the same tenant; with an etag the repetition fails with ETAG_MISMATCH.
     * </pre>
     */
    public void updateTenant(authsvc.v1.UpdateTenantRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.UpdateTenantResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpdateTenantMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Denies every key and token of a tenant and of those below it, until it is resumed.
     * Needs: `authsvc:tenants:write`, from a tenant above the suspended one or from the root tenant.
     * Errors: INVALID_ARGUMENT for the root tenant; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: suspending again changes nothing, keeps the first reason and waits for the receipt in the same way.
     * </pre>
     */
    public void suspendTenant(authsvc.v1.SuspendTenantRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.SuspendTenantResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSuspendTenantMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Ends the suspension of a tenant; its tokens that have not expired work again.
     * Needs: `authsvc:tenants:write`, from a tenant above the suspended one or from the root tenant.
     * Errors: INVALID_ARGUMENT; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: resuming again changes nothing.
     * </pre>
     */
    public void resumeTenant(authsvc.v1.ResumeTenantRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ResumeTenantResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getResumeTenantMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service TenantService.
   * <pre>
   * What is set for whole tenants. A caller acts within its own tenant and below; others answer NOT_FOUND. Every mutation is
   * committed, audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED
   * (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class TenantServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<TenantServiceBlockingV2Stub> {
    private TenantServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TenantServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TenantServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads what is set for a tenant; one with nothing set answers with the defaults.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND outside the caller's tenant.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.GetTenantResponse getTenant(authsvc.v1.GetTenantRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetTenantMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the tenants for which something is set, by path.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT for a bad filter or page token.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.ListTenantsResponse listTenants(authsvc.v1.ListTenantsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListTenantsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes the network allowlist of a tenant.
     * Needs: `authsvc:tenants:write`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: repeating the same update ends in the same tenant; with an etag the repetition fails with ETAG_MISMATCH.
     * </pre>
     */
    public authsvc.v1.UpdateTenantResponse updateTenant(authsvc.v1.UpdateTenantRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpdateTenantMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Denies every key and token of a tenant and of those below it, until it is resumed.
     * Needs: `authsvc:tenants:write`, from a tenant above the suspended one or from the root tenant.
     * Errors: INVALID_ARGUMENT for the root tenant; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: suspending again changes nothing, keeps the first reason and waits for the receipt in the same way.
     * </pre>
     */
    public authsvc.v1.SuspendTenantResponse suspendTenant(authsvc.v1.SuspendTenantRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSuspendTenantMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends the suspension of a tenant; its tokens that have not expired work again.
     * Needs: `authsvc:tenants:write`, from a tenant above the suspended one or from the root tenant.
     * Errors: INVALID_ARGUMENT; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: resuming again changes nothing.
     * </pre>
     */
    public authsvc.v1.ResumeTenantResponse resumeTenant(authsvc.v1.ResumeTenantRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getResumeTenantMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service TenantService.
   * <pre>
   * What is set for whole tenants. A caller acts within its own tenant and below; others answer NOT_FOUND. Every mutation is
   * committed, audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED
   * (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class TenantServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<TenantServiceBlockingStub> {
    private TenantServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TenantServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TenantServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads what is set for a tenant; one with nothing set answers with the defaults.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND outside the caller's tenant.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.GetTenantResponse getTenant(authsvc.v1.GetTenantRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetTenantMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the tenants for which something is set, by path.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT for a bad filter or page token.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.ListTenantsResponse listTenants(authsvc.v1.ListTenantsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListTenantsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes the network allowlist of a tenant.
     * Needs: `authsvc:tenants:write`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: repeating the same update ends in the same tenant; with an etag the repetition fails with ETAG_MISMATCH.
     * </pre>
     */
    public authsvc.v1.UpdateTenantResponse updateTenant(authsvc.v1.UpdateTenantRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpdateTenantMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Denies every key and token of a tenant and of those below it, until it is resumed.
     * Needs: `authsvc:tenants:write`, from a tenant above the suspended one or from the root tenant.
     * Errors: INVALID_ARGUMENT for the root tenant; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: suspending again changes nothing, keeps the first reason and waits for the receipt in the same way.
     * </pre>
     */
    public authsvc.v1.SuspendTenantResponse suspendTenant(authsvc.v1.SuspendTenantRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSuspendTenantMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends the suspension of a tenant; its tokens that have not expired work again.
     * Needs: `authsvc:tenants:write`, from a tenant above the suspended one or from the root tenant.
     * Errors: INVALID_ARGUMENT; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: resuming again changes nothing.
     * </pre>
     */
    public authsvc.v1.ResumeTenantResponse resumeTenant(authsvc.v1.ResumeTenantRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getResumeTenantMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service TenantService.
   * <pre>
   * What is set for whole tenants. A caller acts within its own tenant and below; others answer NOT_FOUND. Every mutation is
   * committed, audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED
   * (the caller's own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class TenantServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<TenantServiceFutureStub> {
    private TenantServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected TenantServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new TenantServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Reads what is set for a tenant; one with nothing set answers with the defaults.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND outside the caller's tenant.
     * Idempotency: changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.GetTenantResponse> getTenant(
        authsvc.v1.GetTenantRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetTenantMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists the tenants for which something is set, by path.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT for a bad filter or page token.
     * Idempotency: changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.ListTenantsResponse> listTenants(
        authsvc.v1.ListTenantsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListTenantsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Changes the network allowlist of a tenant.
     * Needs: `authsvc:tenants:write`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: repeating the same update ends in the same tenant; with an etag the repetition fails with ETAG_MISMATCH.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.UpdateTenantResponse> updateTenant(
        authsvc.v1.UpdateTenantRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpdateTenantMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Denies every key and token of a tenant and of those below it, until it is resumed.
     * Needs: `authsvc:tenants:write`, from a tenant above the suspended one or from the root tenant.
     * Errors: INVALID_ARGUMENT for the root tenant; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: suspending again changes nothing, keeps the first reason and waits for the receipt in the same way.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.SuspendTenantResponse> suspendTenant(
        authsvc.v1.SuspendTenantRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSuspendTenantMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Ends the suspension of a tenant; its tokens that have not expired work again.
     * Needs: `authsvc:tenants:write`, from a tenant above the suspended one or from the root tenant.
     * Errors: INVALID_ARGUMENT; NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: resuming again changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.ResumeTenantResponse> resumeTenant(
        authsvc.v1.ResumeTenantRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getResumeTenantMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_GET_TENANT = 0;
  private static final int METHODID_LIST_TENANTS = 1;
  private static final int METHODID_UPDATE_TENANT = 2;
  private static final int METHODID_SUSPEND_TENANT = 3;
  private static final int METHODID_RESUME_TENANT = 4;

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
        case METHODID_GET_TENANT:
          serviceImpl.getTenant((authsvc.v1.GetTenantRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.GetTenantResponse>) responseObserver);
          break;
        case METHODID_LIST_TENANTS:
          serviceImpl.listTenants((authsvc.v1.ListTenantsRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.ListTenantsResponse>) responseObserver);
          break;
        case METHODID_UPDATE_TENANT:
          serviceImpl.updateTenant((authsvc.v1.UpdateTenantRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.UpdateTenantResponse>) responseObserver);
          break;
        case METHODID_SUSPEND_TENANT:
          serviceImpl.suspendTenant((authsvc.v1.SuspendTenantRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.SuspendTenantResponse>) responseObserver);
          break;
        case METHODID_RESUME_TENANT:
          serviceImpl.resumeTenant((authsvc.v1.ResumeTenantRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.ResumeTenantResponse>) responseObserver);
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
          getGetTenantMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.GetTenantRequest,
              authsvc.v1.GetTenantResponse>(
                service, METHODID_GET_TENANT)))
        .addMethod(
          getListTenantsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.ListTenantsRequest,
              authsvc.v1.ListTenantsResponse>(
                service, METHODID_LIST_TENANTS)))
        .addMethod(
          getUpdateTenantMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.UpdateTenantRequest,
              authsvc.v1.UpdateTenantResponse>(
                service, METHODID_UPDATE_TENANT)))
        .addMethod(
          getSuspendTenantMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.SuspendTenantRequest,
              authsvc.v1.SuspendTenantResponse>(
                service, METHODID_SUSPEND_TENANT)))
        .addMethod(
          getResumeTenantMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.ResumeTenantRequest,
              authsvc.v1.ResumeTenantResponse>(
                service, METHODID_RESUME_TENANT)))
        .build();
  }

  private static abstract class TenantServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    TenantServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return authsvc.v1.TenantServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("TenantService");
    }
  }

  private static final class TenantServiceFileDescriptorSupplier
      extends TenantServiceBaseDescriptorSupplier {
    TenantServiceFileDescriptorSupplier() {}
  }

  private static final class TenantServiceMethodDescriptorSupplier
      extends TenantServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    TenantServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (TenantServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new TenantServiceFileDescriptorSupplier())
              .addMethod(getGetTenantMethod())
              .addMethod(getListTenantsMethod())
              .addMethod(getUpdateTenantMethod())
              .addMethod(getSuspendTenantMethod())
              .addMethod(getResumeTenantMethod())
              .build();
        }
      }
    }
    return result;
  }
}
