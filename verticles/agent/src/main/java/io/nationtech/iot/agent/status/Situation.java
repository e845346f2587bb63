package io.nationtech.iot.agent.status;

import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * All that can be found out on a device, with its agent or without.
 *
 * @param running whether its agent runs
 * @param live what the agent says of itself
 * @param desired the last document that was ever read
 * @param revision of that document
 * @param observed the containers; empty where podman does not answer
 * @param podman its version, or why it does not answer
 * @param deployments how each stands
 * @param lastChanges by container name, the last line of the history that is about it
 */
public record Situation(
    DeviceId device,
    boolean running,
    Optional<Live> live,
    Optional<DesiredDocument> desired,
    long revision,
    Optional<List<ObservedContainer>> observed,
    String podman,
    SortedMap<String, Live.Stand> deployments,
    Map<String, HistoryEntry> lastChanges,
    Identity identity,
    Disk disk,
    Clock clock) {

  /**
   * Who the device is.
   *
   * @param type as in the configuration
   * @param token when the token on disk expires
   * @param key when the key file expires
   */
  public record Identity(String type, Optional<Instant> token, Optional<Instant> key) {}

  /** Where the state is kept; bytes. */
  public record Disk(String directory, long free, long total) {
    private static final int FEW_PERCENT = 5;
    private static final long FEW_BYTES = 200L << 20;

    /** Too little for an image to be pulled. */
    public boolean full() {
      return free < FEW_BYTES || free * 100 < total * FEW_PERCENT;
    }
  }

  /**
   * What time it seems to be.
   *
   * @param over a time that is certainly over
   */
  public record Clock(Instant system, Instant over) {
    public boolean plausible() {
      return !system.isBefore(over);
    }
  }
}
