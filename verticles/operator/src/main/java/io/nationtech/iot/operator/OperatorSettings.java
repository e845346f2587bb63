package io.nationtech.iot.operator;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.operator.reconcile.Loop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All that an operator is told.
 *
 * @param cluster first half of the owner's name in every document
 * @param namespace the one that is looked after; all where it is empty
 * @param replicas of the buckets: 1, or 3 on a cluster of NATS servers
 */
public record OperatorSettings(
    Nats nats,
    Optional<String> namespace,
    int replicas,
    String cluster,
    Duration heartbeatInterval,
    Duration resyncInterval,
    boolean allowMassRemoval,
    Http http) {

  /** Where probes and metrics are served. */
  public record Http(String host, int port) {}

  /** Where NATS is, and who the operator is there. */
  public record Nats(List<String> urls, Credentials credentials, Optional<Path> caFile) {
    NatsSettings connection(String name) {
      return new NatsSettings(urls, name, credentials, Wire.inboxPrefix("operator"), caFile);
    }
  }

  Loop.Settings loop() {
    return new Loop.Settings(cluster, heartbeatInterval, resyncInterval, allowMassRemoval);
  }
}
