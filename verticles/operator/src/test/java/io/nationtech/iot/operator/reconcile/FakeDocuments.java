package io.nationtech.iot.operator.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.operator.desired.Pin;
import io.nationtech.iot.operator.desired.Stored;
import io.nationtech.iot.operator.status.Report;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** NATS KV as a map. */
final class FakeDocuments implements Documents {
  final Map<String, Stored> stored = new TreeMap<>();
  final Map<String, Pin> pins = new TreeMap<>();
  final Map<String, Report> reports = new TreeMap<>();

  /** The devices whose documents were written, in order. */
  final List<String> written = new ArrayList<>();

  /** Answers of reads and writes while this is positive are failures. */
  int failures;

  /** Answers to come to calls that make the buckets. */
  final Deque<Promise<Boolean>> ensuring = new ArrayDeque<>();

  /** Answers to come to reads of pins, before the true ones. */
  final Deque<Pin> stalePins = new ArrayDeque<>();

  int ensured;

  private long revision = 100;
  private @Nullable Listener listener;

  @Override
  public void start(Listener told) {
    listener = told;
  }

  Listener listener() {
    return Objects.requireNonNull(listener);
  }

  /** As some operator left it before this one started. */
  void store(String device, String json) {
    stored.put(device, Stored.of(new DeviceId(device), json.getBytes(UTF_8), ++revision));
  }

  void loseAll() {
    stored.clear();
    pins.clear();
    listener().bucketLost();
  }

  /** The device says that everything in its document is in {@code phase}. */
  Report says(String device, Phase phase) {
    var deployments = new TreeMap<String, ReportedDocument.Deployment>();
    document(device)
        .deployments()
        .forEach(
            (name, entry) ->
                deployments.put(
                    name,
                    new ReportedDocument.Deployment(
                        entry.uid(), entry.generation(), phase, "ByHand", "", new TreeMap<>())));
    var report =
        new Report.Known(
            new ReportedDocument(
                new DeviceId(device),
                "boot",
                1,
                Instant.EPOCH,
                new ReportedDocument.Agent("0.1.0", Instant.EPOCH),
                new ReportedDocument.Host("arm64", "Debian 12", "4.3.1"),
                deployments));
    reports.put(device, report);
    return report;
  }

  DesiredDocument document(String device) {
    return stored.get(device) instanceof Stored.Known known
        ? known.document()
        : DesiredDocument.empty(new DeviceId(device), "");
  }

  boolean runs(String device, String deployment) {
    return document(device).deployments().containsKey(deployment);
  }

  @Override
  public Future<Boolean> ensure() {
    ensured++;
    return ensuring.isEmpty() ? Future.succeededFuture(false) : ensuring.removeFirst().future();
  }

  @Override
  public Future<Stored> desired(String device) {
    return failures-- > 0
        ? Future.failedFuture("NATS is slow")
        : Future.succeededFuture(stored.getOrDefault(device, new Stored.Nothing(0)));
  }

  @Override
  public Future<Long> write(String device, String json, long expected) {
    if (stored.getOrDefault(device, new Stored.Nothing(0)).revision() != expected) {
      return Future.failedFuture("wrong last sequence");
    }
    store(device, json);
    written.add(device);
    return Future.succeededFuture(revision);
  }

  @Override
  public Future<Pin> pin(String device) {
    return Future.succeededFuture(
        stalePins.isEmpty()
            ? pins.getOrDefault(device, new Pin(0, Optional.empty()))
            : stalePins.removeFirst());
  }

  @Override
  public Future<Long> writePin(String device, String json, long expected) {
    if (pins.getOrDefault(device, new Pin(0, Optional.empty())).revision() != expected) {
      return Future.failedFuture("wrong last sequence");
    }
    pins.put(device, new Pin(++revision, Optional.of(json)));
    listener().pinChanged(device);
    return Future.succeededFuture(revision);
  }

  @Override
  public Future<Report> report(String device) {
    return Future.succeededFuture(reports.getOrDefault(device, new Report.None()));
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
