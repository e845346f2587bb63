package io.nationtech.iot.bench;

import io.nationtech.iot.platform.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What dev/dist made, unpacked; dev/bench makes it before it starts a benchmark. */
final class Distribution {
  private Distribution() {}

  static Path path() {
    try (var made = Files.list(Images.root().resolve("target/dist"))) {
      return made.findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException("there is no distribution: call dev/dist", e);
    }
  }
}
