package authsvc.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * The processes that decide. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's own
 * rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class FleetServiceGrpc {

  private FleetServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "authsvc.v1.FleetService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<authsvc.v1.GetFleetStatusRequest,
      authsvc.v1.GetFleetStatusResponse> getGetFleetStatusMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetFleetStatus",
      requestType = authsvc.v1.GetFleetStatusRequest.class,
      responseType = authsvc.v1.GetFleetStatusResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.GetFleetStatusRequest,
      authsvc.v1.GetFleetStatusResponse> getGetFleetStatusMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.GetFleetStatusRequest, authsvc.v1.GetFleetStatusResponse> getGetFleetStatusMethod;
    if ((getGetFleetStatusMethod = FleetServiceGrpc.getGetFleetStatusMethod) == null) {
      synchronized (FleetServiceGrpc.class) {
        if ((getGetFleetStatusMethod = FleetServiceGrpc.getGetFleetStatusMethod) == null) {
          FleetServiceGrpc.getGetFleetStatusMethod = getGetFleetStatusMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.GetFleetStatusRequest, authsvc.v1.GetFleetStatusResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetFleetStatus"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.GetFleetStatusRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.GetFleetStatusResponse.getDefaultInstance()))
              .setSchemaDescriptor(new FleetServiceMethodDescriptorSupplier("GetFleetStatus"))
              .build();
        }
      }
    }
    return getGetFleetStatusMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.WaitForRevisionRequest,
      authsvc.v1.WaitForRevisionResponse> getWaitForRevisionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WaitForRevision",
      requestType = authsvc.v1.WaitForRevisionRequest.class,
      responseType = authsvc.v1.WaitForRevisionResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.WaitForRevisionRequest,
      authsvc.v1.WaitForRevisionResponse> getWaitForRevisionMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.WaitForRevisionRequest, authsvc.v1.WaitForRevisionResponse> getWaitForRevisionMethod;
    if ((getWaitForRevisionMethod = FleetServiceGrpc.getWaitForRevisionMethod) == null) {
      synchronized (FleetServiceGrpc.class) {
        if ((getWaitForRevisionMethod = FleetServiceGrpc.getWaitForRevisionMethod) == null) {
          FleetServiceGrpc.getWaitForRevisionMethod = getWaitForRevisionMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.WaitForRevisionRequest, authsvc.v1.WaitForRevisionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WaitForRevision"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.WaitForRevisionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.WaitForRevisionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new FleetServiceMethodDescriptorSupplier("WaitForRevision"))
              .build();
        }
      }
    }
    return getWaitForRevisionMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static FleetServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<FleetServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<FleetServiceStub>() {
        @java.lang.Override
        public FleetServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new FleetServiceStub(channel, callOptions);
        }
      };
    return FleetServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static FleetServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<FleetServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<FleetServiceBlockingV2Stub>() {
        @java.lang.Override
        public FleetServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new FleetServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return FleetServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static FleetServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<FleetServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<FleetServiceBlockingStub>() {
        @java.lang.Override
        public FleetServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new FleetServiceBlockingStub(channel, callOptions);
        }
      };
    return FleetServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static FleetServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<FleetServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<FleetServiceFutureStub>() {
        @java.lang.Override
        public FleetServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new FleetServiceFutureStub(channel, callOptions);
        }
      };
    return FleetServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * The processes that decide. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's own
   * rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Says which processes decide, and on which revision.
     * Needs: `authsvc:fleet:read`.
     * Errors: none of its own.
     * Idempotency: changes nothing.
     * </pre>
     */
    default void getFleetStatus(authsvc.v1.GetFleetStatusRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.GetFleetStatusResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetFleetStatusMethod(), responseObserver);
    }

    /**
     * <pre>
     * Waits until no process can decide on a state before a revision, or until 50 ms before the call's deadline.
     * Needs: `authsvc:fleet:read`.
     * Errors: INVALID_ARGUMENT for a revision that does not exist yet. Waiting in vain is an answer with `effective: false`.
     * Idempotency: changes nothing.
     * </pre>
     */
    default void waitForRevision(authsvc.v1.WaitForRevisionRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.WaitForRevisionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWaitForRevisionMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service FleetService.
   * <pre>
   * The processes that decide. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's own
   * rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static abstract class FleetServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return FleetServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service FleetService.
   * <pre>
   * The processes that decide. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's own
   * rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class FleetServiceStub
      extends io.grpc.stub.AbstractAsyncStub<FleetServiceStub> {
    private FleetServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected FleetServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new FleetServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Says which processes decide, and on which revision.
     * Needs: `authsvc:fleet:read`.
     * Errors: none of its own.
     * Idempotency: changes nothing.
     * </pre>
     */
    public void getFleetStatus(authsvc.v1.GetFleetStatusRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.GetFleetStatusResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetFleetStatusMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Waits until no process can decide on a state before a revision, or until 50 ms before the call's deadline.
     * Needs: `authsvc:fleet:read`.
     * Errors: INVALID_ARGUMENT for a revision that does not exist yet. Waiting in vain is an answer with `effective: false`.
     * Idempotency: changes nothing.
     * </pre>
     */
    public void waitForRevision(authsvc.v1.WaitForRevisionRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.WaitForRevisionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getWaitForRevisionMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service FleetService.
   * <pre>
   * The processes that decide. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's own
   * rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class FleetServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<FleetServiceBlockingV2Stub> {
    private FleetServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected FleetServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new FleetServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Says which processes decide, and on which revision.
     * Needs: `authsvc:fleet:read`.
     * Errors: none of its own.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.GetFleetStatusResponse getFleetStatus(authsvc.v1.GetFleetStatusRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetFleetStatusMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Waits until no process can decide on a state before a revision, or until 50 ms before the call's deadline.
     * Needs: `authsvc:fleet:read`.
     * Errors: INVALID_ARGUMENT for a revision that does not exist yet. Waiting in vain is an answer with `effective: false`.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.WaitForRevisionResponse waitForRevision(authsvc.v1.WaitForRevisionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getWaitForRevisionMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service FleetService.
   * <pre>
   * The processes that decide. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's own
   * rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class FleetServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<FleetServiceBlockingStub> {
    private FleetServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected FleetServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new FleetServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Says which processes decide, and on which revision.
     * Needs: `authsvc:fleet:read`.
     * Errors: none of its own.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.GetFleetStatusResponse getFleetStatus(authsvc.v1.GetFleetStatusRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetFleetStatusMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Waits until no process can decide on a state before a revision, or until 50 ms before the call's deadline.
     * Needs: `authsvc:fleet:read`.
     * Errors: INVALID_ARGUMENT for a revision that does not exist yet. Waiting in vain is an answer with `effective: false`.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.WaitForRevisionResponse waitForRevision(authsvc.v1.WaitForRevisionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getWaitForRevisionMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service FleetService.
   * <pre>
   * The processes that decide. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's own
   * rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class FleetServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<FleetServiceFutureStub> {
    private FleetServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected FleetServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new FleetServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Says which processes decide, and on which revision.
     * Needs: `authsvc:fleet:read`.
     * Errors: none of its own.
     * Idempotency: changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.GetFleetStatusResponse> getFleetStatus(
        authsvc.v1.GetFleetStatusRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetFleetStatusMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Waits until no process can decide on a state before a revision, or until 50 ms before the call's deadline.
     * Needs: `authsvc:fleet:read`.
     * Errors: INVALID_ARGUMENT for a revision that does not exist yet. Waiting in vain is an answer with `effective: false`.
     * Idempotency: changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.WaitForRevisionResponse> waitForRevision(
        authsvc.v1.WaitForRevisionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getWaitForRevisionMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_GET_FLEET_STATUS = 0;
  private static final int METHODID_WAIT_FOR_REVISION = 1;

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
        case METHODID_GET_FLEET_STATUS:
          serviceImpl.getFleetStatus((authsvc.v1.GetFleetStatusRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.GetFleetStatusResponse>) responseObserver);
          break;
        case METHODID_WAIT_FOR_REVISION:
          serviceImpl.waitForRevision((authsvc.v1.WaitForRevisionRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.WaitForRevisionResponse>) responseObserver);
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
          getGetFleetStatusMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.GetFleetStatusRequest,
              authsvc.v1.GetFleetStatusResponse>(
                service, METHODID_GET_FLEET_STATUS)))
        .addMethod(
          getWaitForRevisionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.WaitForRevisionRequest,
              authsvc.v1.WaitForRevisionResponse>(
                service, METHODID_WAIT_FOR_REVISION)))
        .build();
  }

  private static abstract class FleetServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    FleetServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return authsvc.v1.FleetServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("FleetService");
    }
  }

  private static final class FleetServiceFileDescriptorSupplier
      extends FleetServiceBaseDescriptorSupplier {
    FleetServiceFileDescriptorSupplier() {}
  }

  private static final class FleetServiceMethodDescriptorSupplier
      extends FleetServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    FleetServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (FleetServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new FleetServiceFileDescriptorSupplier())
              .addMethod(getGetFleetStatusMethod())
              .addMethod(getWaitForRevisionMethod())
              .build();
        }
      }
    }
    return result;
  }
}
