package io.nationtech.iot.agent.systemd;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The journal's own socket, which takes lines with fields of their own: systemd.journal-fields(7).
 */
public final class JournalSocket implements Closeable {
  private static final Path USUAL = Path.of("/run/systemd/journal/socket");

  private final UnixDatagram socket;

  public JournalSocket(Path path) {
    this.socket = new UnixDatagram(path.toString());
  }

  /** Where this process' output goes to the journal, and its socket is there. */
  public static Optional<JournalSocket> of(Map<String, String> environment) {
    boolean there = isOutput(environment.getOrDefault("JOURNAL_STREAM", "")) && Files.exists(USUAL);
    return there ? Optional.of(new JournalSocket(USUAL)) : Optional.empty();
  }

  /** A terminal that a service started hands its own stream's name down to us. */
  static boolean isOutput(String stream) {
    try {
      var output = Files.readAttributes(Path.of("/proc/self/fd/1"), "unix:dev,ino");
      return stream.equals(output.get("dev") + ":" + output.get("ino"));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the journal has it; values are one line each. Never blocks. */
  public boolean send(Map<String, String> fields) {
    return socket.send(
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + field.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  @Override
  public void close() {
    socket.close();
  }
}
