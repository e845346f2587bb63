package io.nationtech.iot.bench;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Command;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What podman says of the containers of one device. */
record Containers(String device) {
  private static final String NANOSECONDS = "2006-01-02T15:04:05.999999999Z07:00";

  List<String> ids() {
    return podman(
            "ps", "-aq", "--no-trunc", "--filter", "label=" + Wire.LABEL_DEVICE + "=" + device)
        .lines()
        .toList();
  }

  /** When the container was started, empty where it does not run or is not there. */
  Optional<Instant> startedAt(String container) {
    var format = "{{.State.Status}} {{.State.StartedAt.Format \"" + NANOSECONDS + "\"}}";
    var answer = Command.attempt("podman", "inspect", "--format", format, container);
    return answer.exitCode() == 0 && answer.output().startsWith("running ")
        ? Optional.of(OffsetDateTime.parse(answer.output().strip().split(" ")[1]).toInstant())
        : Optional.empty();
  }

  void removeAll() {
    ids().forEach(id -> podman("rm", "-f", "-t", "0", id));
    podman("network", "ls", "-q", "--filter", "label=" + Wire.LABEL_DEVICE + "=" + device)
        .lines()
        .forEach(network -> podman("network", "rm", network));
  }

  static String podman(String... arguments) {
    return Command.run(
        Stream.concat(Stream.of("podman"), Stream.of(arguments)).toArray(String[]::new));
  }
}
