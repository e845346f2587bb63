package io.nationtech.iot.agent.systemd;

import java.io.Closeable;
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
    return environment.containsKey("JOURNAL_STREAM") && Files.exists(USUAL)
        ? Optional.of(new JournalSocket(USUAL))
        : Optional.empty();
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
