package io.nationtech.iot.codec;

/**
 * Every name that crosses a boundary, each beside its literal shape; spelled here and nowhere else.
 */
public final class Wire {
  private Wire() {}

  // NATS accounts
  public static final String ACCOUNT_HUB = "HUB";
  public static final String ACCOUNT_DEVICES = "DEV";
  public static final String ACCOUNT_OPERATIONS = "OPS";
  public static final String ACCOUNT_AUTHENTICATION = "AUTH";
  public static final String ACCOUNT_SYSTEM = "SYS";

  // KV buckets, one key a device
  public static final String BUCKET_DESIRED = "desired-state";
  public static final String BUCKET_REPORTED = "device-state";
  public static final String BUCKET_IDENTITY = "device-identity";

  /** 256 KiB, the most a desired document may weigh. */
  public static final int MAX_DESIRED_BYTES = 256 * 1024;

  /** 64 KiB, the most a reported document may weigh. */
  public static final int MAX_REPORTED_BYTES = 64 * 1024;

  /** 4 KiB, the most a document in {@link #BUCKET_IDENTITY} may weigh. */
  public static final int MAX_IDENTITY_BYTES = 4 * 1024;

  // Subjects of a device

  /**
   * {@code fleet.desired.<device>}: the republished desired document, a hint to read the key again.
   */
  public static String desiredFeed(String device) {
    return "fleet.desired." + device;
  }

  /** {@code fleet.heartbeat.<device>}: a core message, the interval in its payload. */
  public static String heartbeat(String device) {
    return "fleet.heartbeat." + device;
  }

  /** {@code fleet.request.<device>.<verb>}: reserved for what a person asks of a device. */
  public static String request(String device, String verb) {
    return "fleet.request." + device + "." + verb;
  }

  /**
   * {@code fleet.refused.<device>}: in account HUB, told when somebody else than the pinned
   * identity claims a device's id; the payload is the impostor's {@link IdentityDocument}.
   */
  public static String refused(String device) {
    return "fleet.refused." + device;
  }

  /**
   * {@code fleet.dropped.<device>}: where DEV and OPS map what is published there on {@link
   * #desiredFeed}, and OPS what is on {@link #heartbeat}. Only JetStream's answer to a request with
   * that reply subject is: the server does not check the reply subjects that clients set. The feeds
   * themselves come by imports, unmapped.
   */
  public static String dropped(String device) {
    return "fleet.dropped." + device;
  }

  /** {@code $KV.<bucket>.<key>}: where a put to a bucket is published. */
  public static String kvSubject(String bucket, String key) {
    return "$KV." + bucket + "." + key;
  }

  /** {@code KV_<bucket>}: the stream behind a bucket. */
  public static String kvStream(String bucket) {
    return "KV_" + bucket;
  }

  /** {@code $JS.EVENT.ADVISORY.STREAM.DELETED.KV_<bucket>}: told when a bucket is deleted. */
  public static String bucketDeleted(String bucket) {
    return "$JS.EVENT.ADVISORY.STREAM.DELETED." + kvStream(bucket);
  }

  /** {@code $JS.API.DIRECT.GET.KV_<bucket>.$KV.<bucket>.<key>}: the last value of one key. */
  public static String directGet(String bucket, String key) {
    return "$JS.API.DIRECT.GET." + kvStream(bucket) + "." + kvSubject(bucket, key);
  }

  /** {@code _INBOX_<device>}: the only inbox a device may subscribe below. */
  public static String inboxPrefix(String device) {
    return "_INBOX_" + device;
  }

  // Auth callout (ADR-26)
  public static final String AUTHORIZATION_REQUEST = "$SYS.REQ.USER.AUTH";
  public static final String AUTHORIZATION_QUEUE = "iot-callouts";
  public static final String AUTHORIZATION_AUDIENCE = "nats-authorization-request";
  public static final String HEADER_SERVER_XKEY = "Nats-Server-Xkey";

  // nats-server's own services, in its system account

  /** Each server answers with its statistics; how many servers there are is in them. */
  public static final String SERVERS = "$SYS.REQ.SERVER.PING";

  /** {@code $SYS.REQ.ACCOUNT.<account>.CONNZ}: each server answers with its connections. */
  public static String connections(String account) {
    return "$SYS.REQ.ACCOUNT." + account + ".CONNZ";
  }

  /** {@code $SYS.REQ.ACCOUNT.<account>.INFO}: each server answers with the account, or an error. */
  public static String accountInfo(String account) {
    return "$SYS.REQ.ACCOUNT." + account + ".INFO";
  }

  /** {@code $SYS.REQ.SERVER.<server id>.KICK}: that server closes one connection. */
  public static String kick(String server) {
    return "$SYS.REQ.SERVER." + server + ".KICK";
  }

  // Headers of a direct get's answer and of a republished message
  public static final String HEADER_SEQUENCE = "Nats-Sequence";
  public static final String HEADER_TIME_STAMP = "Nats-Time-Stamp";
  public static final String HEADER_OPERATION = "KV-Operation";
  public static final String OPERATION_DELETE = "DEL";
  public static final String HEADER_EXPECTED_REVISION = "Nats-Expected-Last-Subject-Sequence";

  // Kubernetes
  public static final String API_GROUP = "iot.nationtech.io";
  public static final String API_VERSION = "v1alpha1";
  public static final String FINALIZER = API_GROUP + "/device-deployment";
  public static final String ANNOTATION_TRANSFER_TO = API_GROUP + "/transfer-to";
  public static final String ANNOTATION_FORCE_DELETE = API_GROUP + "/force-delete";
  public static final String ANNOTATION_RETRY = API_GROUP + "/retry";

  // Containers; an author's own labels may not start with the prefix
  public static final String LABEL_PREFIX = "io.nationtech.iot.";
  public static final String LABEL_DEVICE = LABEL_PREFIX + "device";
  public static final String LABEL_DEPLOYMENT = LABEL_PREFIX + "deployment";
  public static final String LABEL_SERVICE = LABEL_PREFIX + "service";
  public static final String LABEL_SPEC = LABEL_PREFIX + "spec";

  /** On a container, the names of the secrets it was given, with commas between them. */
  public static final String LABEL_SECRETS = LABEL_PREFIX + "secrets";

  /** On a secret of the container runtime, {@code <path>#<key>} that it was read from. */
  public static final String LABEL_SECRET = LABEL_PREFIX + "secret";

  /** On every container the demo starts for its servers. */
  public static final String LABEL_DEMO = LABEL_PREFIX + "demo";

  /** {@code <deployment>.<service>}: a container's name. */
  public static String containerName(String deployment, String service) {
    return deployment + "." + service;
  }

  /** {@code <deployment>.<volume>}: a named volume's name. */
  public static String volumeName(String deployment, String volume) {
    return deployment + "." + volume;
  }

  /**
   * {@code <deployment>.<service>.<secret>.<n>}: each time its value is fetched it gets a new n.
   */
  public static String secretName(String deployment, String service, String secret, int n) {
    return containerName(deployment, service) + "." + secret + "." + n;
  }

  /** {@code <deployment>.net}: the network in which a deployment's services find each other. */
  public static String networkName(String deployment) {
    return deployment + ".net";
  }
}
