package io.nationtech.iot.nats;

import io.nationtech.iot.codec.Wire;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.Republish;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfoOptions;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The streams behind the buckets, as the one who is in account HUB makes them. */
public final class Streams {
  private static final int NO_STREAM = 10059;

  /** The server counts a message's headers too: the expected revision, and who relays it. */
  private static final int HEADERS = 1024;

  private final NatsConnection connection;
  private final int replicas;

  /** {@code replicas}: 1, or 3 on a cluster. */
  public Streams(NatsConnection connection, int replicas) {
    this.connection = connection;
    this.replicas = replicas;
  }

  /**
   * Makes both buckets where they are missing, brings their settings up to date, and tells whether
   * it made one.
   */
  public Future<Boolean> ensure() {
    return connection.blocking(
        nats -> {
          var management = nats.jetStreamManagement();
          boolean made = ensure(management, desired());
          return ensure(management, reported()) || made;
        });
  }

  /** All keys of a bucket that hold a message, delete markers included. */
  public Future<Set<String>> keys(String bucket) {
    var prefix = Wire.kvSubject(bucket, "");
    return connection.blocking(
        nats ->
            nats
                .jetStreamManagement()
                .getStreamInfo(Wire.kvStream(bucket), StreamInfoOptions.allSubjects())
                .getStreamState()
                .getSubjectMap()
                .keySet()
                .stream()
                .map(subject -> subject.substring(prefix.length()))
                .collect(Collectors.toSet()));
  }

  private static boolean ensure(JetStreamManagement management, StreamConfiguration wanted)
      throws IOException, JetStreamApiException {
    try {
      management.getStreamInfo(wanted.getName());
      management.updateStream(wanted);
      return false;
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() != NO_STREAM) {
        throw e;
      }
      management.addStream(wanted);
      return true;
    }
  }

  private StreamConfiguration desired() {
    return bucket(Wire.BUCKET_DESIRED, Wire.MAX_DESIRED_BYTES)
        .republish(
            Republish.builder()
                .source(Wire.kvSubject(Wire.BUCKET_DESIRED, ">"))
                .destination(Wire.desiredFeed(">"))
                .build())
        .build();
  }

  private StreamConfiguration reported() {
    return bucket(Wire.BUCKET_REPORTED, Wire.MAX_REPORTED_BYTES).build();
  }

  /**
   * One message a subject; no deletes and no rollups, by which one device could empty the bucket of
   * all.
   */
  private StreamConfiguration.Builder bucket(String name, int maxBytes) {
    return StreamConfiguration.builder()
        .name(Wire.kvStream(name))
        .subjects(Wire.kvSubject(name, ">"))
        .storageType(StorageType.File)
        .replicas(replicas)
        .maxMessagesPerSubject(1)
        .maximumMessageSize(maxBytes + HEADERS)
        .discardPolicy(DiscardPolicy.New)
        .allowDirect(true)
        .denyDelete(true)
        .allowRollup(false)
        .metadata(Map.of("description", "KV bucket " + name));
  }
}
