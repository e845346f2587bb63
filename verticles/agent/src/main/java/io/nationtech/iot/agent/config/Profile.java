package io.nationtech.iot.agent.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How much an idle agent says over the network, where single settings do not say otherwise. */
public enum Profile {
  DEFAULT(Duration.ofMinutes(1), Duration.ofHours(6), Duration.ofMinutes(5)),
  /** For a line that is paid by the byte; what happens is told as soon as ever. */
  METERED(Duration.ofMinutes(5), Duration.ofDays(1), Duration.ofMinutes(15));

  private final Duration heartbeat;
  private final Duration certainty;
  private final Duration ping;

  Profile(Duration heartbeat, Duration certainty, Duration ping) {
    this.heartbeat = heartbeat;
    this.certainty = certainty;
    this.ping = ping;
  }

  static Optional<Profile> named(String name) {
    return Arrays.stream(values()).filter(profile -> profile.word().equals(name)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(Profile::word).toList();
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  Duration heartbeat() {
    return heartbeat;
  }

  /** After how long both documents are exchanged again, though nothing asked for it. */
  public Duration certainty() {
    return certainty;
  }

  /** After how long a silent server is asked whether it is there. */
  public Duration ping() {
    return ping;
  }
}
