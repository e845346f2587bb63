package io.nationtech.iot.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.Heartbeat;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Bucket;
import io.nationtech.iot.nats.NatsConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;

/** A device whose agent is played by hand: it says what a test tells it to say. */
final class PlayedDevice {
  private final Platform platform;
  private final String id;
  private final NatsConnection connection;

  PlayedDevice(Platform platform, String id, NatsConnection connection) {
    this.platform = platform;
    this.id = id;
    this.connection = connection;
    Platform.await().ignoreExceptions().until(() -> flushed());
  }

  private boolean flushed() {
    Platform.get(connection.flush());
    return true;
  }

  /** Says that everything in its document is in {@code phase}. */
  void report(Phase phase) {
    var document = platform.document(id).orElseThrow();
    var deployments = new TreeMap<String, ReportedDocument.Deployment>();
    document.deployments().forEach((name, entry) -> deployments.put(name, in(phase, entry)));
    var report =
        new ReportedDocument(
            new DeviceId(id),
            "boot-1",
            platform.revision(id),
            Instant.now(),
            new ReportedDocument.Agent("0.1.0", Instant.now()),
            new ReportedDocument.Host("arm64", "Debian 12", "4.3.1"),
            deployments);
    reportRaw(report.encode());
  }

  private static ReportedDocument.Deployment in(Phase phase, DesiredDocument.Deployment entry) {
    return new ReportedDocument.Deployment(
        entry.uid(), entry.generation(), phase, "ByHand", "as the test says", new TreeMap<>());
  }

  void reportRaw(String json) {
    Platform.get(new Bucket(connection, Wire.BUCKET_REPORTED).put(id, json.getBytes(UTF_8)));
  }

  void heartbeat(Duration interval) {
    connection.publish(Wire.heartbeat(id), new Heartbeat(interval).encode().getBytes(UTF_8));
  }
}
