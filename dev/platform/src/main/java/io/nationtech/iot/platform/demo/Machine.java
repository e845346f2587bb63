package io.nationtech.iot.platform.demo;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Command;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.stream.Stream;

/** What this machine itself says: podman, and the page that is served. */
final class Machine {
  private static final int SHORT_ID = 12;

  private final HttpClient http = HttpClient.newHttpClient();
  private final String device;

  Machine(String device) {
    this.device = device;
  }

  /** The names of all containers of the device, running or not. */
  String containers() {
    return podman(
        "ps", "-a", "--filter", "label=" + Wire.LABEL_DEVICE + "=" + device, "--format={{.Names}}");
  }

  /** Their ids, which stay when a name changes. */
  Stream<String> ids() {
    return podman("ps", "-aq", "--filter", "label=" + Wire.LABEL_DEVICE + "=" + device).lines();
  }

  String id(String container) {
    return podman("inspect", "--format={{.Id}}", container).substring(0, SHORT_ID);
  }

  boolean runs(String container) {
    return podman("inspect", "--format={{.State.Status}}", container).equals("running");
  }

  /** Ends it from outside by kill -9, as a power cut does, and waits until podman knows. */
  void cutPower(String container) {
    long pid = Long.parseLong(podman("inspect", "--format={{.State.Pid}}", container));
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    Story.await("podman to see the end of " + container, () -> !runs(container));
  }

  Instant startedAt(String container) {
    return OffsetDateTime.parse(
            podman(
                "inspect",
                "--format={{.State.StartedAt.Format \"2006-01-02T15:04:05.999999999Z07:00\"}}",
                container))
        .toInstant();
  }

  /** When podman pulled the image. */
  Optional<Instant> pulled(String image) {
    return podman(
            "events",
            "--stream=false",
            "--since=10m",
            "--filter=event=pull",
            "--format={{.Time.Format \"2006-01-02T15:04:05.999999999Z07:00\"}} {{.Name}}")
        .lines()
        .filter(line -> line.endsWith(" " + image))
        .map(line -> OffsetDateTime.parse(line.substring(0, line.indexOf(' '))).toInstant())
        .reduce((first, last) -> last);
  }

  /** What the page says, empty where nobody serves it. */
  String page(int port) {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body().strip();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static String podman(String... arguments) {
    var command = new String[arguments.length + 1];
    command[0] = "podman";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return Command.run(command).strip();
  }
}
