package io.nationtech.iot.platform;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.Wire;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.Republish;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Listens to the documents of one device, each with the time that it tells itself. */
public final class Timeline implements AutoCloseable {
  /** A desired document as NATS took it. */
  public record Desired(long revision, Instant at) {}

  private final DeviceId device;
  private final Connection nats;
  private final List<Desired> desired = new CopyOnWriteArrayList<>();
  private final List<ReportedDocument> reported = new CopyOnWriteArrayList<>();
  private final List<Instant> beats = new CopyOnWriteArrayList<>();

  public Timeline(NatsServer server, DeviceId device) {
    this.device = device;
    this.nats = connect(server);
    listen(Wire.desiredFeed(device.value()), this::desired);
    listen(Wire.kvSubject(Wire.BUCKET_REPORTED, device.value()), this::reported);
    listen(Wire.heartbeat(device.value()), beat -> beats.add(Instant.now()));
  }

  public DeviceId device() {
    return device;
  }

  /** All that the device reported since this began to listen. */
  public List<ReportedDocument> reported() {
    return reported;
  }

  /** When each of its heartbeats came, by this machine's clock. */
  public List<Instant> beats() {
    return beats;
  }

  /** When the device made the report that NATS holds now; empty where NATS can't be asked. */
  public Optional<Instant> lastReport() {
    return last().map(ReportedDocument::reportedAt);
  }

  /** The report that NATS holds now; empty where there is none, or NATS can't be asked. */
  public Optional<ReportedDocument> last() {
    try {
      var last =
          nats.jetStreamManagement()
              .getLastMessage(
                  Wire.kvStream(Wire.BUCKET_REPORTED),
                  Wire.kvSubject(Wire.BUCKET_REPORTED, device.value()));
      return Optional.of(ReportedDocument.decode(device, last.getData()));
    } catch (IOException | JetStreamApiException | MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  /** When the device first reported, after {@code since}, that the deployment runs. */
  public Optional<Instant> running(String deployment, Instant since) {
    return running(deployment, report -> report.reportedAt().isAfter(since));
  }

  /** When the device first reported that this revision of the deployment runs. */
  public Optional<Instant> running(String deployment, long revision) {
    return running(deployment, report -> report.revision() == revision);
  }

  private Optional<Instant> running(String deployment, Predicate<ReportedDocument> which) {
    return reported.stream()
        .filter(which)
        .filter(report -> isRunning(report.deployments().get(deployment)))
        .map(ReportedDocument::reportedAt)
        .findFirst();
  }

  private static boolean isRunning(ReportedDocument.@Nullable Deployment deployment) {
    return deployment != null && deployment.phase() == ReportedDocument.Phase.Running;
  }

  /** When NATS took this revision of the desired document. */
  public Optional<Instant> inNats(long revision) {
    return desired.stream()
        .filter(document -> document.revision() == revision)
        .map(Desired::at)
        .findFirst();
  }

  /** When the device first answered this revision of the desired document. */
  public Optional<Instant> seen(long revision) {
    return reported.stream()
        .filter(document -> document.revision() == revision)
        .map(ReportedDocument::reportedAt)
        .findFirst();
  }

  /** Makes the buckets as bare as a test needs them: the operator does it in full. */
  public void makeBuckets() {
    for (var bucket : List.of(Wire.BUCKET_DESIRED, Wire.BUCKET_REPORTED, Wire.BUCKET_IDENTITY)) {
      var stream =
          StreamConfiguration.builder()
              .name(Wire.kvStream(bucket))
              .subjects(Wire.kvSubject(bucket, ">"))
              .maxMessagesPerSubject(1)
              .allowDirect(true);
      if (bucket.equals(Wire.BUCKET_DESIRED)) {
        stream.republish(
            Republish.builder()
                .source(Wire.kvSubject(bucket, ">"))
                .destination(Wire.desiredFeed(">"))
                .build());
      }
      try {
        nats.jetStreamManagement().addStream(stream.build());
      } catch (IOException | JetStreamApiException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Puts the device's desired document, as an operator does, and gives its revision. */
  public long want(String document) {
    try {
      return nats.jetStream()
          .publish(
              Wire.kvSubject(Wire.BUCKET_DESIRED, device.value()),
              document.getBytes(StandardCharsets.UTF_8))
          .getSeqno();
    } catch (IOException | JetStreamApiException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Leaves a delete marker in place of the desired document. */
  public void deleteDesired() {
    try {
      nats.keyValue(Wire.BUCKET_DESIRED).delete(device.value());
    } catch (IOException | JetStreamApiException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Connection connect(NatsServer server) {
    try {
      return Nats.connect(
          new Options.Builder()
              .server(server.url())
              .userInfo(NatsServer.OPERATOR, server.operatorPassword())
              .maxReconnects(-1)
              // A server that is away is what some of those who listen want to see.
              .errorListener(new ErrorListener() {})
              .reconnectWait(Duration.ofMillis(200))
              .build());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void listen(String subject, MessageHandler handler) {
    nats.createDispatcher(handler).subscribe(subject);
  }

  private void desired(Message message) {
    var headers = message.getHeaders();
    desired.add(
        new Desired(
            Long.parseLong(Objects.requireNonNull(headers.getFirst(Wire.HEADER_SEQUENCE))),
            Instant.parse(Objects.requireNonNull(headers.getFirst(Wire.HEADER_TIME_STAMP)))));
  }

  private void reported(Message message) {
    try {
      reported.add(ReportedDocument.decode(device, message.getData()));
    } catch (MalformedDocumentException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      nats.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
