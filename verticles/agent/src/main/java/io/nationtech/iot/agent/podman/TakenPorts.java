package io.nationtech.iot.agent.podman;

import io.nationtech.iot.podman.Container;
import io.nationtech.iot.podman.Podman;
import io.nationtech.iot.podman.PodmanException;
import io.nationtech.iot.podman.PodmanException.Kind;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Who has a port of this machine that a container was to have. */
final class TakenPorts {
  /** podman says what it could not listen on, and not who does. */
  private static final Pattern PORT = Pattern.compile("listen (tcp|udp|sctp)[46]? \\S*?:(\\d+):");

  private final Podman podman;

  TakenPorts(Podman podman) {
    this.podman = podman;
  }

  /** Fails as before, and where that was for a port with the name of who has it. */
  <T> Future<T> named(Throwable e) {
    var port = PORT.matcher(String.valueOf(e.getMessage()));
    if (!(e instanceof PodmanException taken) || taken.kind() != Kind.PORT_IN_USE || !port.find()) {
      return Future.failedFuture(e);
    }
    var protocol = port.group(1);
    int number = Integer.parseInt(port.group(2));
    return podman
        .list(Map.of())
        .otherwise(List.of())
        .compose(
            all ->
                Future.failedFuture(
                    new PodmanException(
                        Kind.PORT_IN_USE,
                        all.stream()
                            .filter(container -> has(container, protocol, number))
                            .findFirst()
                            .map(holder -> taken(protocol, number, holder))
                            .orElseGet(() -> taken(protocol, number)))));
  }

  private static boolean has(Container container, String protocol, int number) {
    return container.running()
        && container.ports().stream()
            .anyMatch(port -> port.hostPort() == number && port.protocol().equals(protocol));
  }

  private static String taken(String protocol, int number, Container holder) {
    return "port %d/%s is taken by container %s, which is left alone: podman stop %s, or another port"
        .formatted(number, protocol, holder.name(), holder.name());
  }

  private static String taken(String protocol, int number) {
    return "port %d/%s is taken by a program that is none of podman's containers: %s shows which"
        .formatted(
            number,
            protocol,
            (protocol.equals("udp") ? "ss -lunp" : "ss -ltnp") + " 'sport = :" + number + "'");
  }
}
