package io.nationtech.iot.operator.reconcile;

import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.operator.desired.Memory;
import io.nationtech.iot.operator.status.Connection;
import io.nationtech.iot.operator.status.Connection.Heard;
import io.nationtech.iot.operator.status.Refusal;
import io.nationtech.iot.operator.status.Report;
import io.nationtech.iot.operator.status.Standing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What is known of all devices beside the resources; in memory, and all of it can be read again.
 */
final class Fleet {
  private static final int REMEMBERED_ENDS = 100_000;

  /** All that other resources' statuses may rest on. */
  record View(Memory memory, Optional<Standing> trouble, Report report) {}

  private record Heartbeat(Instant at, long nanos, Duration interval) {}

  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Duration usualInterval;
  private final Map<String, DesiredDocument> desired = new HashMap<>();
  private final Map<String, String> owners = new HashMap<>();
  private final Map<String, Standing> troubles = new HashMap<>();
  private final Map<String, Report> reports = new HashMap<>();
  private final Map<String, Heartbeat> heard = new HashMap<>();
  private final Refusals refusals = new Refusals();
  private final Map<String, Boolean> ended = new LinkedHashMap<>();
  private Optional<Long> listening = Optional.empty();

  /**
   * @param nanoTime measures silence: a clock that is set must not lose or revive devices
   * @param usualInterval of heartbeats, for a device that was never heard
   */
  Fleet(Clock clock, LongSupplier nanoTime, Duration usualInterval) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.usualInterval = usualInterval;
  }

  Instant now() {
    return clock.instant();
  }

  /** The document that a device has, as last written or read by its present owner. */
  Optional<DesiredDocument> desired(String device) {
    return Optional.ofNullable(desired.get(device));
  }

  Memory memory(String device) {
    return new Memory(Optional.ofNullable(owners.get(device)), desired(device));
  }

  View view(String device) {
    return new View(memory(device), Optional.ofNullable(troubles.get(device)), report(device));
  }

  /** The devices whose documents have a deployment, whatever it targets now. */
  List<String> having(String owner, String deployment) {
    return desired.entrySet().stream()
        .filter(entry -> entry.getValue().owner().equals(owner))
        .filter(entry -> entry.getValue().deployments().containsKey(deployment))
        .map(Map.Entry::getKey)
        .toList();
  }

  void holds(String device, DesiredDocument document) {
    desired.put(device, document);
    owners.put(device, document.owner());
    troubles.remove(device);
  }

  void belongsTo(String device, String owner) {
    desired.remove(device);
    owners.put(device, owner);
    troubles.remove(device);
  }

  void troubled(String device, String owner, Standing trouble) {
    owners.put(device, owner);
    troubles.put(device, trouble);
  }

  /** Whether the device was looked at since this operator runs. */
  boolean knows(String device) {
    return owners.containsKey(device);
  }

  /** How {@code claimant} stands towards a device; empty where nothing is known yet. */
  Optional<Standing> standing(String device, String claimant) {
    return Optional.ofNullable(owners.get(device))
        .map(
            owner ->
                owner.equals(claimant)
                    ? troubles.getOrDefault(device, new Standing.Held())
                    : new Standing.Refused(owner));
  }

  Report report(String device) {
    return reports.getOrDefault(device, new Report.None());
  }

  void reported(String device, Report report) {
    reports.put(device, report);
  }

  /** What was read, unless something was told meanwhile, which is newer. */
  void reportedFirst(String device, Report report) {
    if (!(report instanceof Report.None)) {
      reports.putIfAbsent(device, report);
    }
  }

  void listening(boolean now) {
    listening = now ? Optional.of(nanoTime.getAsLong()) : Optional.empty();
  }

  void heard(String device, Duration interval) {
    heard.put(device, new Heartbeat(now(), nanoTime.getAsLong(), interval));
  }

  Connection connection(String device) {
    var last =
        Optional.ofNullable(heard.get(device))
            .map(beat -> new Heard(beat.at(), beat.interval(), since(beat.nanos())));
    return Connection.of(last, listening.map(this::since), usualInterval);
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(nanoTime.getAsLong() - nanos);
  }

  Refusals refusals() {
    return refusals;
  }

  Optional<Refusal> refusal(String device) {
    return refusals.of(device, now());
  }

  /** After which the refusal is to be forgotten; empty where there is none. */
  Optional<Duration> refusalLasts(String device) {
    var now = now();
    return refusals.of(device, now).map(refusal -> Duration.between(now, refusal.ends()));
  }

  /** Heartbeats of devices without a resource are kept only while they go on. */
  void forgetSilent(Set<String> withResource) {
    heard
        .keySet()
        .removeIf(
            device ->
                !withResource.contains(device)
                    && !(connection(device) instanceof Connection.Connected));
  }

  /** Remembers that a deployment's end was seen, so that its removal is no surprise. */
  void ended(String uid) {
    ended.put(uid, true);
    if (ended.size() > REMEMBERED_ENDS) {
      ended.remove(ended.keySet().iterator().next());
    }
  }

  Set<String> ended() {
    return ended.keySet();
  }

  /** A device without a resource: all but heartbeats, which a new resource would ask for. */
  void forget(String device) {
    desired.remove(device);
    owners.remove(device);
    troubles.remove(device);
    reports.remove(device);
    refusals.forget(device);
  }
}
