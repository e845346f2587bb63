package io.nationtech.iot.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The images that dev/setup makes, named once, in dev/servers/images. */
public final class Images {
  /** Serves a page that tells its version; made by dev/setup. */
  public static final String HELLO_1 = "localhost/hello:1";

  public static final String HELLO_2 = "localhost/hello:2";

  private Images() {}

  /** The image whose name holds {@code word}. */
  static String of(String word) {
    try (var lines = Files.lines(root().resolve("dev/servers/images"))) {
      return lines
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" +")[0])
          .filter(image -> image.contains("/" + word + ":"))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no image " + word));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The checkout this runs in. */
  public static Path root() {
    for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("dev/servers/images"))) {
        return at;
      }
    }
    throw new IllegalStateException("run this inside a checkout of the project");
  }
}
