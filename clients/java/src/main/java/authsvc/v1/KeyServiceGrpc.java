package authsvc.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * The life of API keys. A caller acts within its own tenant and below: a key outside answers NOT_FOUND as if it were absent. Keys
 * of authsvc's own type also need `authsvc:keys:grant`, and never become wider than the caller. Every mutation is committed,
 * audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's
 * own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class KeyServiceGrpc {

  private KeyServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "authsvc.v1.KeyService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<authsvc.v1.CreateKeyRequest,
      authsvc.v1.CreateKeyResponse> getCreateKeyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CreateKey",
      requestType = authsvc.v1.CreateKeyRequest.class,
      responseType = authsvc.v1.CreateKeyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.CreateKeyRequest,
      authsvc.v1.CreateKeyResponse> getCreateKeyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.CreateKeyRequest, authsvc.v1.CreateKeyResponse> getCreateKeyMethod;
    if ((getCreateKeyMethod = KeyServiceGrpc.getCreateKeyMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getCreateKeyMethod = KeyServiceGrpc.getCreateKeyMethod) == null) {
          KeyServiceGrpc.getCreateKeyMethod = getCreateKeyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.CreateKeyRequest, authsvc.v1.CreateKeyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CreateKey"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.CreateKeyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.CreateKeyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("CreateKey"))
              .build();
        }
      }
    }
    return getCreateKeyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.GetKeyRequest,
      authsvc.v1.GetKeyResponse> getGetKeyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetKey",
      requestType = authsvc.v1.GetKeyRequest.class,
      responseType = authsvc.v1.GetKeyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.GetKeyRequest,
      authsvc.v1.GetKeyResponse> getGetKeyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.GetKeyRequest, authsvc.v1.GetKeyResponse> getGetKeyMethod;
    if ((getGetKeyMethod = KeyServiceGrpc.getGetKeyMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getGetKeyMethod = KeyServiceGrpc.getGetKeyMethod) == null) {
          KeyServiceGrpc.getGetKeyMethod = getGetKeyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.GetKeyRequest, authsvc.v1.GetKeyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetKey"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.GetKeyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.GetKeyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("GetKey"))
              .build();
        }
      }
    }
    return getGetKeyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.ListKeysRequest,
      authsvc.v1.ListKeysResponse> getListKeysMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListKeys",
      requestType = authsvc.v1.ListKeysRequest.class,
      responseType = authsvc.v1.ListKeysResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.ListKeysRequest,
      authsvc.v1.ListKeysResponse> getListKeysMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.ListKeysRequest, authsvc.v1.ListKeysResponse> getListKeysMethod;
    if ((getListKeysMethod = KeyServiceGrpc.getListKeysMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getListKeysMethod = KeyServiceGrpc.getListKeysMethod) == null) {
          KeyServiceGrpc.getListKeysMethod = getListKeysMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.ListKeysRequest, authsvc.v1.ListKeysResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListKeys"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ListKeysRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ListKeysResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("ListKeys"))
              .build();
        }
      }
    }
    return getListKeysMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.UpdateKeyRequest,
      authsvc.v1.UpdateKeyResponse> getUpdateKeyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "UpdateKey",
      requestType = authsvc.v1.UpdateKeyRequest.class,
      responseType = authsvc.v1.UpdateKeyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.UpdateKeyRequest,
      authsvc.v1.UpdateKeyResponse> getUpdateKeyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.UpdateKeyRequest, authsvc.v1.UpdateKeyResponse> getUpdateKeyMethod;
    if ((getUpdateKeyMethod = KeyServiceGrpc.getUpdateKeyMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getUpdateKeyMethod = KeyServiceGrpc.getUpdateKeyMethod) == null) {
          KeyServiceGrpc.getUpdateKeyMethod = getUpdateKeyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.UpdateKeyRequest, authsvc.v1.UpdateKeyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "UpdateKey"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.UpdateKeyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.UpdateKeyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("UpdateKey"))
              .build();
        }
      }
    }
    return getUpdateKeyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.ActivateKeyRequest,
      authsvc.v1.ActivateKeyResponse> getActivateKeyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ActivateKey",
      requestType = authsvc.v1.ActivateKeyRequest.class,
      responseType = authsvc.v1.ActivateKeyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.ActivateKeyRequest,
      authsvc.v1.ActivateKeyResponse> getActivateKeyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.ActivateKeyRequest, authsvc.v1.ActivateKeyResponse> getActivateKeyMethod;
    if ((getActivateKeyMethod = KeyServiceGrpc.getActivateKeyMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getActivateKeyMethod = KeyServiceGrpc.getActivateKeyMethod) == null) {
          KeyServiceGrpc.getActivateKeyMethod = getActivateKeyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.ActivateKeyRequest, authsvc.v1.ActivateKeyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ActivateKey"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ActivateKeyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ActivateKeyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("ActivateKey"))
              .build();
        }
      }
    }
    return getActivateKeyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.DeactivateKeyRequest,
      authsvc.v1.DeactivateKeyResponse> getDeactivateKeyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeactivateKey",
      requestType = authsvc.v1.DeactivateKeyRequest.class,
      responseType = authsvc.v1.DeactivateKeyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.DeactivateKeyRequest,
      authsvc.v1.DeactivateKeyResponse> getDeactivateKeyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.DeactivateKeyRequest, authsvc.v1.DeactivateKeyResponse> getDeactivateKeyMethod;
    if ((getDeactivateKeyMethod = KeyServiceGrpc.getDeactivateKeyMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getDeactivateKeyMethod = KeyServiceGrpc.getDeactivateKeyMethod) == null) {
          KeyServiceGrpc.getDeactivateKeyMethod = getDeactivateKeyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.DeactivateKeyRequest, authsvc.v1.DeactivateKeyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeactivateKey"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.DeactivateKeyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.DeactivateKeyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("DeactivateKey"))
              .build();
        }
      }
    }
    return getDeactivateKeyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.RotateKeyRequest,
      authsvc.v1.RotateKeyResponse> getRotateKeyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RotateKey",
      requestType = authsvc.v1.RotateKeyRequest.class,
      responseType = authsvc.v1.RotateKeyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.RotateKeyRequest,
      authsvc.v1.RotateKeyResponse> getRotateKeyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.RotateKeyRequest, authsvc.v1.RotateKeyResponse> getRotateKeyMethod;
    if ((getRotateKeyMethod = KeyServiceGrpc.getRotateKeyMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getRotateKeyMethod = KeyServiceGrpc.getRotateKeyMethod) == null) {
          KeyServiceGrpc.getRotateKeyMethod = getRotateKeyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.RotateKeyRequest, authsvc.v1.RotateKeyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RotateKey"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.RotateKeyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.RotateKeyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("RotateKey"))
              .build();
        }
      }
    }
    return getRotateKeyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.RevokeKeyRequest,
      authsvc.v1.RevokeKeyResponse> getRevokeKeyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RevokeKey",
      requestType = authsvc.v1.RevokeKeyRequest.class,
      responseType = authsvc.v1.RevokeKeyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.RevokeKeyRequest,
      authsvc.v1.RevokeKeyResponse> getRevokeKeyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.RevokeKeyRequest, authsvc.v1.RevokeKeyResponse> getRevokeKeyMethod;
    if ((getRevokeKeyMethod = KeyServiceGrpc.getRevokeKeyMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getRevokeKeyMethod = KeyServiceGrpc.getRevokeKeyMethod) == null) {
          KeyServiceGrpc.getRevokeKeyMethod = getRevokeKeyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.RevokeKeyRequest, authsvc.v1.RevokeKeyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RevokeKey"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.RevokeKeyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.RevokeKeyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("RevokeKey"))
              .build();
        }
      }
    }
    return getRevokeKeyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.BulkRevokeKeysRequest,
      authsvc.v1.BulkRevokeKeysResponse> getBulkRevokeKeysMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "BulkRevokeKeys",
      requestType = authsvc.v1.BulkRevokeKeysRequest.class,
      responseType = authsvc.v1.BulkRevokeKeysResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.BulkRevokeKeysRequest,
      authsvc.v1.BulkRevokeKeysResponse> getBulkRevokeKeysMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.BulkRevokeKeysRequest, authsvc.v1.BulkRevokeKeysResponse> getBulkRevokeKeysMethod;
    if ((getBulkRevokeKeysMethod = KeyServiceGrpc.getBulkRevokeKeysMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getBulkRevokeKeysMethod = KeyServiceGrpc.getBulkRevokeKeysMethod) == null) {
          KeyServiceGrpc.getBulkRevokeKeysMethod = getBulkRevokeKeysMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.BulkRevokeKeysRequest, authsvc.v1.BulkRevokeKeysResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "BulkRevokeKeys"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.BulkRevokeKeysRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.BulkRevokeKeysResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("BulkRevokeKeys"))
              .build();
        }
      }
    }
    return getBulkRevokeKeysMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.DeleteKeyRequest,
      authsvc.v1.DeleteKeyResponse> getDeleteKeyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "DeleteKey",
      requestType = authsvc.v1.DeleteKeyRequest.class,
      responseType = authsvc.v1.DeleteKeyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.DeleteKeyRequest,
      authsvc.v1.DeleteKeyResponse> getDeleteKeyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.DeleteKeyRequest, authsvc.v1.DeleteKeyResponse> getDeleteKeyMethod;
    if ((getDeleteKeyMethod = KeyServiceGrpc.getDeleteKeyMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getDeleteKeyMethod = KeyServiceGrpc.getDeleteKeyMethod) == null) {
          KeyServiceGrpc.getDeleteKeyMethod = getDeleteKeyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.DeleteKeyRequest, authsvc.v1.DeleteKeyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "DeleteKey"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.DeleteKeyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.DeleteKeyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("DeleteKey"))
              .build();
        }
      }
    }
    return getDeleteKeyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.ImportKeyRequest,
      authsvc.v1.ImportKeyResponse> getImportKeyMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ImportKey",
      requestType = authsvc.v1.ImportKeyRequest.class,
      responseType = authsvc.v1.ImportKeyResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.ImportKeyRequest,
      authsvc.v1.ImportKeyResponse> getImportKeyMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.ImportKeyRequest, authsvc.v1.ImportKeyResponse> getImportKeyMethod;
    if ((getImportKeyMethod = KeyServiceGrpc.getImportKeyMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getImportKeyMethod = KeyServiceGrpc.getImportKeyMethod) == null) {
          KeyServiceGrpc.getImportKeyMethod = getImportKeyMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.ImportKeyRequest, authsvc.v1.ImportKeyResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ImportKey"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ImportKeyRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.ImportKeyResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("ImportKey"))
              .build();
        }
      }
    }
    return getImportKeyMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.BatchImportKeysRequest,
      authsvc.v1.BatchImportKeysResponse> getBatchImportKeysMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "BatchImportKeys",
      requestType = authsvc.v1.BatchImportKeysRequest.class,
      responseType = authsvc.v1.BatchImportKeysResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.BatchImportKeysRequest,
      authsvc.v1.BatchImportKeysResponse> getBatchImportKeysMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.BatchImportKeysRequest, authsvc.v1.BatchImportKeysResponse> getBatchImportKeysMethod;
    if ((getBatchImportKeysMethod = KeyServiceGrpc.getBatchImportKeysMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getBatchImportKeysMethod = KeyServiceGrpc.getBatchImportKeysMethod) == null) {
          KeyServiceGrpc.getBatchImportKeysMethod = getBatchImportKeysMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.BatchImportKeysRequest, authsvc.v1.BatchImportKeysResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "BatchImportKeys"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.BatchImportKeysRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.BatchImportKeysResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("BatchImportKeys"))
              .build();
        }
      }
    }
    return getBatchImportKeysMethod;
  }

  private static volatile io.grpc.MethodDescriptor<authsvc.v1.IdentifyCredentialRequest,
      authsvc.v1.IdentifyCredentialResponse> getIdentifyCredentialMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "IdentifyCredential",
      requestType = authsvc.v1.IdentifyCredentialRequest.class,
      responseType = authsvc.v1.IdentifyCredentialResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<authsvc.v1.IdentifyCredentialRequest,
      authsvc.v1.IdentifyCredentialResponse> getIdentifyCredentialMethod() {
    io.grpc.MethodDescriptor<authsvc.v1.IdentifyCredentialRequest, authsvc.v1.IdentifyCredentialResponse> getIdentifyCredentialMethod;
    if ((getIdentifyCredentialMethod = KeyServiceGrpc.getIdentifyCredentialMethod) == null) {
      synchronized (KeyServiceGrpc.class) {
        if ((getIdentifyCredentialMethod = KeyServiceGrpc.getIdentifyCredentialMethod) == null) {
          KeyServiceGrpc.getIdentifyCredentialMethod = getIdentifyCredentialMethod =
              io.grpc.MethodDescriptor.<authsvc.v1.IdentifyCredentialRequest, authsvc.v1.IdentifyCredentialResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "IdentifyCredential"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.IdentifyCredentialRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  authsvc.v1.IdentifyCredentialResponse.getDefaultInstance()))
              .setSchemaDescriptor(new KeyServiceMethodDescriptorSupplier("IdentifyCredential"))
              .build();
        }
      }
    }
    return getIdentifyCredentialMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static KeyServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<KeyServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<KeyServiceStub>() {
        @java.lang.Override
        public KeyServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new KeyServiceStub(channel, callOptions);
        }
      };
    return KeyServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static KeyServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<KeyServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<KeyServiceBlockingV2Stub>() {
        @java.lang.Override
        public KeyServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new KeyServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return KeyServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static KeyServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<KeyServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<KeyServiceBlockingStub>() {
        @java.lang.Override
        public KeyServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new KeyServiceBlockingStub(channel, callOptions);
        }
      };
    return KeyServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static KeyServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<KeyServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<KeyServiceFutureStub>() {
        @java.lang.Override
        public KeyServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new KeyServiceFutureStub(channel, callOptions);
        }
      };
    return KeyServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * The life of API keys. A caller acts within its own tenant and below: a key outside answers NOT_FOUND as if it were absent. Keys
   * of authsvc's own type also need `authsvc:keys:grant`, and never become wider than the caller. Every mutation is committed,
   * audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's
   * own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Creates a key and answers with its secret, the only time it is ever shown.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND for a tenant outside the caller's; ALREADY_EXISTS for a repeated `request_id`.
     * Idempotency: by `request_id`; the secret of a lost answer cannot be read again, rotate the key instead.
     * </pre>
     */
    default void createKey(authsvc.v1.CreateKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.CreateKeyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCreateKeyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Reads one key, revoked ones too.
     * Needs: `authsvc:keys:read`.
     * Errors: NOT_FOUND.
     * Idempotency: changes nothing.
     * </pre>
     */
    default void getKey(authsvc.v1.GetKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.GetKeyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetKeyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists keys in order of key_id. All filters that are set must match.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT for a bad filter or page token.
     * Idempotency: changes nothing.
     * </pre>
     */
    default void listKeys(authsvc.v1.ListKeysRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ListKeysResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListKeysMethod(), responseObserver);
    }

    /**
     * <pre>
     * Changes the fields named in the mask. What is unset never becomes wider by accident, see `unrestricted`.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: NOT_FOUND; INVALID_ARGUMENT; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: repeating the same update ends in the same key; with an etag the repetition fails with ETAG_MISMATCH.
     * </pre>
     */
    default void updateKey(authsvc.v1.UpdateKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.UpdateKeyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUpdateKeyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lets a deactivated key work again, and its tokens that have not expired.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: activating an active key changes nothing.
     * </pre>
     */
    default void activateKey(authsvc.v1.ActivateKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ActivateKeyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getActivateKeyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Suspends a key and its tokens until it is activated again.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: deactivating an inactive key changes nothing.
     * </pre>
     */
    default void deactivateKey(authsvc.v1.DeactivateKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.DeactivateKeyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeactivateKeyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Gives a key another secret and answers with it, the only time it is ever shown. The key_id stays. The old secrets die at the
     * end of the grace period, and with them the tokens minted with them.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: NOT_FOUND; INVALID_ARGUMENT; ETAG_MISMATCH; ALREADY_EXISTS for a repeated `request_id`; FAILED_PRECONDITION when the
     * key is revoked or expired, or has 8 living secrets already.
     * Idempotency: by `request_id`; without one every call makes another secret.
     * </pre>
     */
    default void rotateKey(authsvc.v1.RotateKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.RotateKeyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRotateKeyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Ends a key and its tokens for good. The key stays readable for the audit.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND, also for a leaked string that is no key of ours; ETAG_MISMATCH.
     * Idempotency: revoking again changes nothing, keeps the first reason and waits for the receipt in the same way.
     * </pre>
     */
    default void revokeKey(authsvc.v1.RevokeKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.RevokeKeyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRevokeKeyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Revokes every key of a tenant, of a creator, or both, in one transaction.
     * Needs: `authsvc:keys:write`.
     * Errors: INVALID_ARGUMENT when neither filter is set; NOT_FOUND for a tenant outside the caller's; PERMISSION_DENIED, and
     * nothing revoked, when a key of authsvc's own type is among them and the caller has no authority over it.
     * Idempotency: revoking again finds nothing to do and waits for the receipt in the same way.
     * </pre>
     */
    default void bulkRevokeKeys(authsvc.v1.BulkRevokeKeysRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.BulkRevokeKeysResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getBulkRevokeKeysMethod(), responseObserver);
    }

    /**
     * <pre>
     * Revokes a key and hides it at once; it is purged after 30 days. Its audit entries stay.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: deleting again is NOT_FOUND.
     * </pre>
     */
    default void deleteKey(authsvc.v1.DeleteKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.DeleteKeyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDeleteKeyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Takes over a key that was issued elsewhere, from its secret or a digest of it. The secret is not shown again.
     * Needs: `authsvc:keys:import` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT, also when the type does not accept imports; ALREADY_EXISTS for a repeated `request_id` or a secret
     * that is already known.
     * Idempotency: by `request_id`, and by the secret: the same one is never taken over twice in the same form.
     * </pre>
     */
    default void importKey(authsvc.v1.ImportKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ImportKeyResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getImportKeyMethod(), responseObserver);
    }

    /**
     * <pre>
     * Takes over many keys in one transaction. Each is taken or refused for itself; those taken become effective together.
     * Needs: `authsvc:keys:import` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT for too many keys; what is wrong with one of them is its result.
     * Idempotency: by the secrets: whoever repeats it is told ALREADY_EXISTS and the key_id for those that were taken before.
     * </pre>
     */
    default void batchImportKeys(authsvc.v1.BatchImportKeysRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.BatchImportKeysResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getBatchImportKeysMethod(), responseObserver);
    }

    /**
     * <pre>
     * Says what a found string is and which keys it belongs to, in any state. Counts as no use, and shows no secret.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT when the string is empty. A string that is nobody's is an answer without keys.
     * Idempotency: changes nothing.
     * </pre>
     */
    default void identifyCredential(authsvc.v1.IdentifyCredentialRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.IdentifyCredentialResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getIdentifyCredentialMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service KeyService.
   * <pre>
   * The life of API keys. A caller acts within its own tenant and below: a key outside answers NOT_FOUND as if it were absent. Keys
   * of authsvc's own type also need `authsvc:keys:grant`, and never become wider than the caller. Every mutation is committed,
   * audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's
   * own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static abstract class KeyServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return KeyServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service KeyService.
   * <pre>
   * The life of API keys. A caller acts within its own tenant and below: a key outside answers NOT_FOUND as if it were absent. Keys
   * of authsvc's own type also need `authsvc:keys:grant`, and never become wider than the caller. Every mutation is committed,
   * audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's
   * own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class KeyServiceStub
      extends io.grpc.stub.AbstractAsyncStub<KeyServiceStub> {
    private KeyServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected KeyServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new KeyServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a key and answers with its secret, the only time it is ever shown.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND for a tenant outside the caller's; ALREADY_EXISTS for a repeated `request_id`.
     * Idempotency: by `request_id`; the secret of a lost answer cannot be read again, rotate the key instead.
     * </pre>
     */
    public void createKey(authsvc.v1.CreateKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.CreateKeyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCreateKeyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Reads one key, revoked ones too.
     * Needs: `authsvc:keys:read`.
     * Errors: NOT_FOUND.
     * Idempotency: changes nothing.
     * </pre>
     */
    public void getKey(authsvc.v1.GetKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.GetKeyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetKeyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists keys in order of key_id. All filters that are set must match.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT for a bad filter or page token.
     * Idempotency: changes nothing.
     * </pre>
     */
    public void listKeys(authsvc.v1.ListKeysRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ListKeysResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListKeysMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Changes the fields named in the mask. What is unset never becomes wider by accident, see `unrestricted`.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: NOT_FOUND; INVALID_ARGUMENT; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: repeating the same update ends in the same key; with an etag the repetition fails with ETAG_MISMATCH.
     * </pre>
     */
    public void updateKey(authsvc.v1.UpdateKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.UpdateKeyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUpdateKeyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lets a deactivated key work again, and its tokens that have not expired.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: activating an active key changes nothing.
     * </pre>
     */
    public void activateKey(authsvc.v1.ActivateKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ActivateKeyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getActivateKeyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Suspends a key and its tokens until it is activated again.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: deactivating an inactive key changes nothing.
     * </pre>
     */
    public void deactivateKey(authsvc.v1.DeactivateKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.DeactivateKeyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeactivateKeyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Gives a key another secret and answers with it, the only time it is ever shown. The key_id stays. The old secrets die at the
     * end of the grace period, and with them the tokens minted with them.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: NOT_FOUND; INVALID_ARGUMENT; ETAG_MISMATCH; ALREADY_EXISTS for a repeated `request_id`; FAILED_PRECONDITION when the
     * key is revoked or expired, or has 8 living secrets already.
     * Idempotency: by `request_id`; without one every call makes another secret.
     * </pre>
     */
    public void rotateKey(authsvc.v1.RotateKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.RotateKeyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRotateKeyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Ends a key and its tokens for good. The key stays readable for the audit.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND, also for a leaked string that is no key of ours; ETAG_MISMATCH.
     * Idempotency: revoking again changes nothing, keeps the first reason and waits for the receipt in the same way.
     * </pre>
     */
    public void revokeKey(authsvc.v1.RevokeKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.RevokeKeyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRevokeKeyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Revokes every key of a tenant, of a creator, or both, in one transaction.
     * Needs: `authsvc:keys:write`.
     * Errors: INVALID_ARGUMENT when neither filter is set; NOT_FOUND for a tenant outside the caller's; PERMISSION_DENIED, and
     * nothing revoked, when a key of authsvc's own type is among them and the caller has no authority over it.
     * Idempotency: revoking again finds nothing to do and waits for the receipt in the same way.
     * </pre>
     */
    public void bulkRevokeKeys(authsvc.v1.BulkRevokeKeysRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.BulkRevokeKeysResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getBulkRevokeKeysMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Revokes a key and hides it at once; it is purged after 30 days. Its audit entries stay.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: deleting again is NOT_FOUND.
     * </pre>
     */
    public void deleteKey(authsvc.v1.DeleteKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.DeleteKeyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDeleteKeyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Takes over a key that was issued elsewhere, from its secret or a digest of it. The secret is not shown again.
     * Needs: `authsvc:keys:import` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT, also when the type does not accept imports; ALREADY_EXISTS for a repeated `request_id` or a secret
     * that is already known.
     * Idempotency: by `request_id`, and by the secret: the same one is never taken over twice in the same form.
     * </pre>
     */
    public void importKey(authsvc.v1.ImportKeyRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.ImportKeyResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getImportKeyMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Takes over many keys in one transaction. Each is taken or refused for itself; those taken become effective together.
     * Needs: `authsvc:keys:import` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT for too many keys; what is wrong with one of them is its result.
     * Idempotency: by the secrets: whoever repeats it is told ALREADY_EXISTS and the key_id for those that were taken before.
     * </pre>
     */
    public void batchImportKeys(authsvc.v1.BatchImportKeysRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.BatchImportKeysResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getBatchImportKeysMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Says what a found string is and which keys it belongs to, in any state. Counts as no use, and shows no secret.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT when the string is empty. A string that is nobody's is an answer without keys.
     * Idempotency: changes nothing.
     * </pre>
     */
    public void identifyCredential(authsvc.v1.IdentifyCredentialRequest request,
        io.grpc.stub.StreamObserver<authsvc.v1.IdentifyCredentialResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getIdentifyCredentialMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service KeyService.
   * <pre>
   * The life of API keys. A caller acts within its own tenant and below: a key outside answers NOT_FOUND as if it were absent. Keys
   * of authsvc's own type also need `authsvc:keys:grant`, and never become wider than the caller. Every mutation is committed,
   * audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's
   * own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class KeyServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<KeyServiceBlockingV2Stub> {
    private KeyServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected KeyServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new KeyServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a key and answers with its secret, the only time it is ever shown.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND for a tenant outside the caller's; ALREADY_EXISTS for a repeated `request_id`.
     * Idempotency: by `request_id`; the secret of a lost answer cannot be read again, rotate the key instead.
     * </pre>
     */
    public authsvc.v1.CreateKeyResponse createKey(authsvc.v1.CreateKeyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCreateKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Reads one key, revoked ones too.
     * Needs: `authsvc:keys:read`.
     * Errors: NOT_FOUND.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.GetKeyResponse getKey(authsvc.v1.GetKeyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists keys in order of key_id. All filters that are set must match.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT for a bad filter or page token.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.ListKeysResponse listKeys(authsvc.v1.ListKeysRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListKeysMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes the fields named in the mask. What is unset never becomes wider by accident, see `unrestricted`.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: NOT_FOUND; INVALID_ARGUMENT; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: repeating the same update ends in the same key; with an etag the repetition fails with ETAG_MISMATCH.
     * </pre>
     */
    public authsvc.v1.UpdateKeyResponse updateKey(authsvc.v1.UpdateKeyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUpdateKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lets a deactivated key work again, and its tokens that have not expired.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: activating an active key changes nothing.
     * </pre>
     */
    public authsvc.v1.ActivateKeyResponse activateKey(authsvc.v1.ActivateKeyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getActivateKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Suspends a key and its tokens until it is activated again.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: deactivating an inactive key changes nothing.
     * </pre>
     */
    public authsvc.v1.DeactivateKeyResponse deactivateKey(authsvc.v1.DeactivateKeyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeactivateKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives a key another secret and answers with it, the only time it is ever shown. The key_id stays. The old secrets die at the
     * end of the grace period, and with them the tokens minted with them.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: NOT_FOUND; INVALID_ARGUMENT; ETAG_MISMATCH; ALREADY_EXISTS for a repeated `request_id`; FAILED_PRECONDITION when the
     * key is revoked or expired, or has 8 living secrets already.
     * Idempotency: by `request_id`; without one every call makes another secret.
     * </pre>
     */
    public authsvc.v1.RotateKeyResponse rotateKey(authsvc.v1.RotateKeyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRotateKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a key and its tokens for good. The key stays readable for the audit.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND, also for a leaked string that is no key of ours; ETAG_MISMATCH.
     * Idempotency: revoking again changes nothing, keeps the first reason and waits for the receipt in the same way.
     * </pre>
     */
    public authsvc.v1.RevokeKeyResponse revokeKey(authsvc.v1.RevokeKeyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRevokeKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Revokes every key of a tenant, of a creator, or both, in one transaction.
     * Needs: `authsvc:keys:write`.
     * Errors: INVALID_ARGUMENT when neither filter is set; NOT_FOUND for a tenant outside the caller's; PERMISSION_DENIED, and
     * nothing revoked, when a key of authsvc's own type is among them and the caller has no authority over it.
     * Idempotency: revoking again finds nothing to do and waits for the receipt in the same way.
     * </pre>
     */
    public authsvc.v1.BulkRevokeKeysResponse bulkRevokeKeys(authsvc.v1.BulkRevokeKeysRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getBulkRevokeKeysMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Revokes a key and hides it at once; it is purged after 30 days. Its audit entries stay.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: deleting again is NOT_FOUND.
     * </pre>
     */
    public authsvc.v1.DeleteKeyResponse deleteKey(authsvc.v1.DeleteKeyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDeleteKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Takes over a key that was issued elsewhere, from its secret or a digest of it. The secret is not shown again.
     * Needs: `authsvc:keys:import` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT, also when the type does not accept imports; ALREADY_EXISTS for a repeated `request_id` or a secret
     * that is already known.
     * Idempotency: by `request_id`, and by the secret: the same one is never taken over twice in the same form.
     * </pre>
     */
    public authsvc.v1.ImportKeyResponse importKey(authsvc.v1.ImportKeyRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getImportKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Takes over many keys in one transaction. Each is taken or refused for itself; those taken become effective together.
     * Needs: `authsvc:keys:import` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT for too many keys; what is wrong with one of them is its result.
     * Idempotency: by the secrets: whoever repeats it is told ALREADY_EXISTS and the key_id for those that were taken before.
     * </pre>
     */
    public authsvc.v1.BatchImportKeysResponse batchImportKeys(authsvc.v1.BatchImportKeysRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getBatchImportKeysMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Says what a found string is and which keys it belongs to, in any state. Counts as no use, and shows no secret.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT when the string is empty. A string that is nobody's is an answer without keys.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.IdentifyCredentialResponse identifyCredential(authsvc.v1.IdentifyCredentialRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getIdentifyCredentialMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service KeyService.
   * <pre>
   * The life of API keys. A caller acts within its own tenant and below: a key outside answers NOT_FOUND as if it were absent. Keys
   * of authsvc's own type also need `authsvc:keys:grant`, and never become wider than the caller. Every mutation is committed,
   * audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's
   * own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class KeyServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<KeyServiceBlockingStub> {
    private KeyServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected KeyServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new KeyServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a key and answers with its secret, the only time it is ever shown.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND for a tenant outside the caller's; ALREADY_EXISTS for a repeated `request_id`.
     * Idempotency: by `request_id`; the secret of a lost answer cannot be read again, rotate the key instead.
     * </pre>
     */
    public authsvc.v1.CreateKeyResponse createKey(authsvc.v1.CreateKeyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCreateKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Reads one key, revoked ones too.
     * Needs: `authsvc:keys:read`.
     * Errors: NOT_FOUND.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.GetKeyResponse getKey(authsvc.v1.GetKeyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists keys in order of key_id. All filters that are set must match.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT for a bad filter or page token.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.ListKeysResponse listKeys(authsvc.v1.ListKeysRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListKeysMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Changes the fields named in the mask. What is unset never becomes wider by accident, see `unrestricted`.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: NOT_FOUND; INVALID_ARGUMENT; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: repeating the same update ends in the same key; with an etag the repetition fails with ETAG_MISMATCH.
     * </pre>
     */
    public authsvc.v1.UpdateKeyResponse updateKey(authsvc.v1.UpdateKeyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUpdateKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lets a deactivated key work again, and its tokens that have not expired.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: activating an active key changes nothing.
     * </pre>
     */
    public authsvc.v1.ActivateKeyResponse activateKey(authsvc.v1.ActivateKeyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getActivateKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Suspends a key and its tokens until it is activated again.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: deactivating an inactive key changes nothing.
     * </pre>
     */
    public authsvc.v1.DeactivateKeyResponse deactivateKey(authsvc.v1.DeactivateKeyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeactivateKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives a key another secret and answers with it, the only time it is ever shown. The key_id stays. The old secrets die at the
     * end of the grace period, and with them the tokens minted with them.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: NOT_FOUND; INVALID_ARGUMENT; ETAG_MISMATCH; ALREADY_EXISTS for a repeated `request_id`; FAILED_PRECONDITION when the
     * key is revoked or expired, or has 8 living secrets already.
     * Idempotency: by `request_id`; without one every call makes another secret.
     * </pre>
     */
    public authsvc.v1.RotateKeyResponse rotateKey(authsvc.v1.RotateKeyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRotateKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Ends a key and its tokens for good. The key stays readable for the audit.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND, also for a leaked string that is no key of ours; ETAG_MISMATCH.
     * Idempotency: revoking again changes nothing, keeps the first reason and waits for the receipt in the same way.
     * </pre>
     */
    public authsvc.v1.RevokeKeyResponse revokeKey(authsvc.v1.RevokeKeyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRevokeKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Revokes every key of a tenant, of a creator, or both, in one transaction.
     * Needs: `authsvc:keys:write`.
     * Errors: INVALID_ARGUMENT when neither filter is set; NOT_FOUND for a tenant outside the caller's; PERMISSION_DENIED, and
     * nothing revoked, when a key of authsvc's own type is among them and the caller has no authority over it.
     * Idempotency: revoking again finds nothing to do and waits for the receipt in the same way.
     * </pre>
     */
    public authsvc.v1.BulkRevokeKeysResponse bulkRevokeKeys(authsvc.v1.BulkRevokeKeysRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getBulkRevokeKeysMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Revokes a key and hides it at once; it is purged after 30 days. Its audit entries stay.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: deleting again is NOT_FOUND.
     * </pre>
     */
    public authsvc.v1.DeleteKeyResponse deleteKey(authsvc.v1.DeleteKeyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDeleteKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Takes over a key that was issued elsewhere, from its secret or a digest of it. The secret is not shown again.
     * Needs: `authsvc:keys:import` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT, also when the type does not accept imports; ALREADY_EXISTS for a repeated `request_id` or a secret
     * that is already known.
     * Idempotency: by `request_id`, and by the secret: the same one is never taken over twice in the same form.
     * </pre>
     */
    public authsvc.v1.ImportKeyResponse importKey(authsvc.v1.ImportKeyRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getImportKeyMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Takes over many keys in one transaction. Each is taken or refused for itself; those taken become effective together.
     * Needs: `authsvc:keys:import` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT for too many keys; what is wrong with one of them is its result.
     * Idempotency: by the secrets: whoever repeats it is told ALREADY_EXISTS and the key_id for those that were taken before.
     * </pre>
     */
    public authsvc.v1.BatchImportKeysResponse batchImportKeys(authsvc.v1.BatchImportKeysRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getBatchImportKeysMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Says what a found string is and which keys it belongs to, in any state. Counts as no use, and shows no secret.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT when the string is empty. A string that is nobody's is an answer without keys.
     * Idempotency: changes nothing.
     * </pre>
     */
    public authsvc.v1.IdentifyCredentialResponse identifyCredential(authsvc.v1.IdentifyCredentialRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getIdentifyCredentialMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service KeyService.
   * <pre>
   * The life of API keys. A caller acts within its own tenant and below: a key outside answers NOT_FOUND as if it were absent. Keys
   * of authsvc's own type also need `authsvc:keys:grant`, and never become wider than the caller. Every mutation is committed,
   * audited and carries a receipt. Every method may fail with UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the caller's
   * own rate limit), UNAVAILABLE or DEADLINE_EXCEEDED. Every error carries google.rpc.ErrorInfo.
   * </pre>
   */
  public static final class KeyServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<KeyServiceFutureStub> {
    private KeyServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected KeyServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new KeyServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Creates a key and answers with its secret, the only time it is ever shown.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: INVALID_ARGUMENT; NOT_FOUND for a tenant outside the caller's; ALREADY_EXISTS for a repeated `request_id`.
     * Idempotency: by `request_id`; the secret of a lost answer cannot be read again, rotate the key instead.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.CreateKeyResponse> createKey(
        authsvc.v1.CreateKeyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCreateKeyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Reads one key, revoked ones too.
     * Needs: `authsvc:keys:read`.
     * Errors: NOT_FOUND.
     * Idempotency: changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.GetKeyResponse> getKey(
        authsvc.v1.GetKeyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetKeyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists keys in order of key_id. All filters that are set must match.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT for a bad filter or page token.
     * Idempotency: changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.ListKeysResponse> listKeys(
        authsvc.v1.ListKeysRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListKeysMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Changes the fields named in the mask. What is unset never becomes wider by accident, see `unrestricted`.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: NOT_FOUND; INVALID_ARGUMENT; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: repeating the same update ends in the same key; with an etag the repetition fails with ETAG_MISMATCH.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.UpdateKeyResponse> updateKey(
        authsvc.v1.UpdateKeyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUpdateKeyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lets a deactivated key work again, and its tokens that have not expired.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: activating an active key changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.ActivateKeyResponse> activateKey(
        authsvc.v1.ActivateKeyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getActivateKeyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Suspends a key and its tokens until it is activated again.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH; FAILED_PRECONDITION when the key is revoked.
     * Idempotency: deactivating an inactive key changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.DeactivateKeyResponse> deactivateKey(
        authsvc.v1.DeactivateKeyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeactivateKeyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Gives a key another secret and answers with it, the only time it is ever shown. The key_id stays. The old secrets die at the
     * end of the grace period, and with them the tokens minted with them.
     * Needs: `authsvc:keys:write`; for authsvc's own type also `authsvc:keys:grant`.
     * Errors: NOT_FOUND; INVALID_ARGUMENT; ETAG_MISMATCH; ALREADY_EXISTS for a repeated `request_id`; FAILED_PRECONDITION when the
     * key is revoked or expired, or has 8 living secrets already.
     * Idempotency: by `request_id`; without one every call makes another secret.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.RotateKeyResponse> rotateKey(
        authsvc.v1.RotateKeyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRotateKeyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Ends a key and its tokens for good. The key stays readable for the audit.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND, also for a leaked string that is no key of ours; ETAG_MISMATCH.
     * Idempotency: revoking again changes nothing, keeps the first reason and waits for the receipt in the same way.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.RevokeKeyResponse> revokeKey(
        authsvc.v1.RevokeKeyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRevokeKeyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Revokes every key of a tenant, of a creator, or both, in one transaction.
     * Needs: `authsvc:keys:write`.
     * Errors: INVALID_ARGUMENT when neither filter is set; NOT_FOUND for a tenant outside the caller's; PERMISSION_DENIED, and
     * nothing revoked, when a key of authsvc's own type is among them and the caller has no authority over it.
     * Idempotency: revoking again finds nothing to do and waits for the receipt in the same way.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.BulkRevokeKeysResponse> bulkRevokeKeys(
        authsvc.v1.BulkRevokeKeysRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getBulkRevokeKeysMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Revokes a key and hides it at once; it is purged after 30 days. Its audit entries stay.
     * Needs: `authsvc:keys:write`.
     * Errors: NOT_FOUND; ETAG_MISMATCH.
     * Idempotency: deleting again is NOT_FOUND.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.DeleteKeyResponse> deleteKey(
        authsvc.v1.DeleteKeyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDeleteKeyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Takes over a key that was issued elsewhere, from its secret or a digest of it. The secret is not shown again.
     * Needs: `authsvc:keys:import` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT, also when the type does not accept imports; ALREADY_EXISTS for a repeated `request_id` or a secret
     * that is already known.
     * Idempotency: by `request_id`, and by the secret: the same one is never taken over twice in the same form.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.ImportKeyResponse> importKey(
        authsvc.v1.ImportKeyRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getImportKeyMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Takes over many keys in one transaction. Each is taken or refused for itself; those taken become effective together.
     * Needs: `authsvc:keys:import` and a caller of the root tenant.
     * Errors: INVALID_ARGUMENT for too many keys; what is wrong with one of them is its result.
     * Idempotency: by the secrets: whoever repeats it is told ALREADY_EXISTS and the key_id for those that were taken before.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.BatchImportKeysResponse> batchImportKeys(
        authsvc.v1.BatchImportKeysRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getBatchImportKeysMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Says what a found string is and which keys it belongs to, in any state. Counts as no use, and shows no secret.
     * Needs: `authsvc:keys:read`.
     * Errors: INVALID_ARGUMENT when the string is empty. A string that is nobody's is an answer without keys.
     * Idempotency: changes nothing.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<authsvc.v1.IdentifyCredentialResponse> identifyCredential(
        authsvc.v1.IdentifyCredentialRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getIdentifyCredentialMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_CREATE_KEY = 0;
  private static final int METHODID_GET_KEY = 1;
  private static final int METHODID_LIST_KEYS = 2;
  private static final int METHODID_UPDATE_KEY = 3;
  private static final int METHODID_ACTIVATE_KEY = 4;
  private static final int METHODID_DEACTIVATE_KEY = 5;
  private static final int METHODID_ROTATE_KEY = 6;
  private static final int METHODID_REVOKE_KEY = 7;
  private static final int METHODID_BULK_REVOKE_KEYS = 8;
  private static final int METHODID_DELETE_KEY = 9;
  private static final int METHODID_IMPORT_KEY = 10;
  private static final int METHODID_BATCH_IMPORT_KEYS = 11;
  private static final int METHODID_IDENTIFY_CREDENTIAL = 12;

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
        case METHODID_CREATE_KEY:
          serviceImpl.createKey((authsvc.v1.CreateKeyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.CreateKeyResponse>) responseObserver);
          break;
        case METHODID_GET_KEY:
          serviceImpl.getKey((authsvc.v1.GetKeyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.GetKeyResponse>) responseObserver);
          break;
        case METHODID_LIST_KEYS:
          serviceImpl.listKeys((authsvc.v1.ListKeysRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.ListKeysResponse>) responseObserver);
          break;
        case METHODID_UPDATE_KEY:
          serviceImpl.updateKey((authsvc.v1.UpdateKeyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.UpdateKeyResponse>) responseObserver);
          break;
        case METHODID_ACTIVATE_KEY:
          serviceImpl.activateKey((authsvc.v1.ActivateKeyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.ActivateKeyResponse>) responseObserver);
          break;
        case METHODID_DEACTIVATE_KEY:
          serviceImpl.deactivateKey((authsvc.v1.DeactivateKeyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.DeactivateKeyResponse>) responseObserver);
          break;
        case METHODID_ROTATE_KEY:
          serviceImpl.rotateKey((authsvc.v1.RotateKeyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.RotateKeyResponse>) responseObserver);
          break;
        case METHODID_REVOKE_KEY:
          serviceImpl.revokeKey((authsvc.v1.RevokeKeyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.RevokeKeyResponse>) responseObserver);
          break;
        case METHODID_BULK_REVOKE_KEYS:
          serviceImpl.bulkRevokeKeys((authsvc.v1.BulkRevokeKeysRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.BulkRevokeKeysResponse>) responseObserver);
          break;
        case METHODID_DELETE_KEY:
          serviceImpl.deleteKey((authsvc.v1.DeleteKeyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.DeleteKeyResponse>) responseObserver);
          break;
        case METHODID_IMPORT_KEY:
          serviceImpl.importKey((authsvc.v1.ImportKeyRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.ImportKeyResponse>) responseObserver);
          break;
        case METHODID_BATCH_IMPORT_KEYS:
          serviceImpl.batchImportKeys((authsvc.v1.BatchImportKeysRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.BatchImportKeysResponse>) responseObserver);
          break;
        case METHODID_IDENTIFY_CREDENTIAL:
          serviceImpl.identifyCredential((authsvc.v1.IdentifyCredentialRequest) request,
              (io.grpc.stub.StreamObserver<authsvc.v1.IdentifyCredentialResponse>) responseObserver);
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
          getCreateKeyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.CreateKeyRequest,
              authsvc.v1.CreateKeyResponse>(
                service, METHODID_CREATE_KEY)))
        .addMethod(
          getGetKeyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.GetKeyRequest,
              authsvc.v1.GetKeyResponse>(
                service, METHODID_GET_KEY)))
        .addMethod(
          getListKeysMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.ListKeysRequest,
              authsvc.v1.ListKeysResponse>(
                service, METHODID_LIST_KEYS)))
        .addMethod(
          getUpdateKeyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.UpdateKeyRequest,
              authsvc.v1.UpdateKeyResponse>(
                service, METHODID_UPDATE_KEY)))
        .addMethod(
          getActivateKeyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.ActivateKeyRequest,
              authsvc.v1.ActivateKeyResponse>(
                service, METHODID_ACTIVATE_KEY)))
        .addMethod(
          getDeactivateKeyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.DeactivateKeyRequest,
              authsvc.v1.DeactivateKeyResponse>(
                service, METHODID_DEACTIVATE_KEY)))
        .addMethod(
          getRotateKeyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.RotateKeyRequest,
              authsvc.v1.RotateKeyResponse>(
                service, METHODID_ROTATE_KEY)))
        .addMethod(
          getRevokeKeyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.RevokeKeyRequest,
              authsvc.v1.RevokeKeyResponse>(
                service, METHODID_REVOKE_KEY)))
        .addMethod(
          getBulkRevokeKeysMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.BulkRevokeKeysRequest,
              authsvc.v1.BulkRevokeKeysResponse>(
                service, METHODID_BULK_REVOKE_KEYS)))
        .addMethod(
          getDeleteKeyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.DeleteKeyRequest,
              authsvc.v1.DeleteKeyResponse>(
                service, METHODID_DELETE_KEY)))
        .addMethod(
          getImportKeyMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.ImportKeyRequest,
              authsvc.v1.ImportKeyResponse>(
                service, METHODID_IMPORT_KEY)))
        .addMethod(
          getBatchImportKeysMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.BatchImportKeysRequest,
              authsvc.v1.BatchImportKeysResponse>(
                service, METHODID_BATCH_IMPORT_KEYS)))
        .addMethod(
          getIdentifyCredentialMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              authsvc.v1.IdentifyCredentialRequest,
              authsvc.v1.IdentifyCredentialResponse>(
                service, METHODID_IDENTIFY_CREDENTIAL)))
        .build();
  }

  private static abstract class KeyServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    KeyServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return authsvc.v1.KeyServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("KeyService");
    }
  }

  private static final class KeyServiceFileDescriptorSupplier
      extends KeyServiceBaseDescriptorSupplier {
    KeyServiceFileDescriptorSupplier() {}
  }

  private static final class KeyServiceMethodDescriptorSupplier
      extends KeyServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    KeyServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (KeyServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new KeyServiceFileDescriptorSupplier())
              .addMethod(getCreateKeyMethod())
              .addMethod(getGetKeyMethod())
              .addMethod(getListKeysMethod())
              .addMethod(getUpdateKeyMethod())
              .addMethod(getActivateKeyMethod())
              .addMethod(getDeactivateKeyMethod())
              .addMethod(getRotateKeyMethod())
              .addMethod(getRevokeKeyMethod())
              .addMethod(getBulkRevokeKeysMethod())
              .addMethod(getDeleteKeyMethod())
              .addMethod(getImportKeyMethod())
              .addMethod(getBatchImportKeysMethod())
              .addMethod(getIdentifyCredentialMethod())
              .build();
        }
      }
    }
    return result;
  }
}
