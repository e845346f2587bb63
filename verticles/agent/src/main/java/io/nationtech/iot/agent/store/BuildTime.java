package io.nationtech.iot.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/** When this program was built; the same for all who build the same sources. */
public final class BuildTime {
  private BuildTime() {}

  /** Blocks. */
  public static Instant read() throws IOException {
    try (InputStream in = BuildTime.class.getResourceAsStream("/build-time")) {
      return in == null
          ? Instant.EPOCH
          : Instant.parse(new String(in.readAllBytes(), UTF_8).strip());
    }
  }
}
