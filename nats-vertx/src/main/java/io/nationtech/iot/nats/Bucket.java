package io.nationtech.iot.nats;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.Wire;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * One KV bucket, by the subjects alone: no JetStream API is asked but direct gets, so that a
 * device, which may not, can use it too.
 */
public final class Bucket {
  private static final byte[] NOTHING = {};

  /** The second is a cluster's, when another put is still under way. */
  private static final Set<Integer> WRONG_LAST_SEQUENCE = Set.of(10071, 10164);

  private static final int NOT_FOUND = 404;

  private final NatsConnection connection;
  private final String name;

  public Bucket(NatsConnection connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  /** The last value of {@code key}; on a cluster it can be some milliseconds old. */
  public Future<Entry> get(String key) {
    return connection.request(Wire.directGet(name, key), Map.of(), NOTHING).compose(Bucket::entry);
  }

  /** Writes {@code key}, whatever it held, and gives the new revision. */
  public Future<Long> put(String key, byte[] value) {
    return put(key, value, Map.of());
  }

  /**
   * Writes {@code key} only where its last revision is {@code expected} (0: no message at all);
   * fails with {@link WrongRevisionException} otherwise.
   */
  public Future<Long> putExpecting(String key, byte[] value, long expected) {
    return put(key, value, Map.of(Wire.HEADER_EXPECTED_REVISION, Long.toString(expected)));
  }

  /** Leaves a delete marker, only where the last revision is {@code expected}. */
  public Future<Long> deleteExpecting(String key, long expected) {
    return put(
        key,
        NOTHING,
        Map.of(
            Wire.HEADER_OPERATION,
            Wire.OPERATION_DELETE,
            Wire.HEADER_EXPECTED_REVISION,
            Long.toString(expected)));
  }

  private Future<Long> put(String key, byte[] value, Map<String, String> headers) {
    return connection
        .request(Wire.kvSubject(name, key), headers, value)
        .compose(answer -> acknowledged(name, answer.getData()));
  }

  static Future<Long> acknowledged(String name, byte[] answer) {
    JsonNode json;
    try {
      json = CanonicalJson.parse(answer);
    } catch (MalformedDocumentException e) {
      return Future.failedFuture(new NatsException("the answer to a put " + e.getMessage()));
    }
    var error = json.path("error");
    if (error.isMissingNode()) {
      return Future.succeededFuture(json.path("seq").asLong());
    }
    var message = name + ": " + error.path("description").asText();
    return Future.failedFuture(
        WRONG_LAST_SEQUENCE.contains(error.path("err_code").asInt())
            ? new WrongRevisionException(message)
            : new NatsException(message));
  }

  static Future<Entry> entry(io.nats.client.Message message) {
    if (message.isStatusMessage()) {
      return message.getStatus().getCode() == NOT_FOUND
          ? Future.succeededFuture(new Entry.Absent(0))
          : Future.failedFuture(new NatsException(message.getStatus().getMessageWithCode()));
    }
    var headers = message.getHeaders();
    if (headers == null) {
      return Future.failedFuture(new NatsException("an answer to a direct get without headers"));
    }
    long revision = Long.parseLong(String.valueOf(headers.getFirst(Wire.HEADER_SEQUENCE)));
    if (headers.containsKey(Wire.HEADER_OPERATION)) {
      return Future.succeededFuture(new Entry.Absent(revision));
    }
    var time = Instant.parse(String.valueOf(headers.getFirst(Wire.HEADER_TIME_STAMP)));
    return Future.succeededFuture(new Entry.Found(message.getData(), revision, time));
  }
}
