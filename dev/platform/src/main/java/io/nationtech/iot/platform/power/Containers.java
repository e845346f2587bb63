package io.nationtech.iot.platform.power;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.Wire;
import java.nio.file.Files;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What podman says. */
record Containers(List<Container> all) {
  /**
   * One, whoever made it.
   *
   * @param alive its process is there, whatever podman says
   */
  record Container(String id, String name, String state, String spec, boolean alive) {
    boolean running() {
      return state.equals("running") && alive;
    }

    String words() {
      return state + (state.equals("running") && !alive ? ", says podman, and is dead" : "");
    }
  }

  /** Empty where podman does not answer. */
  static Optional<Containers> look(World world) {
    var listed = world.podman("ps", "-a", "--external", "--format", "json");
    if (listed.exitCode() != 0) {
      return Optional.empty();
    }
    try {
      var all = new ArrayList<Container>();
      for (var node : CanonicalJson.parse(listed.output())) {
        all.add(container(world, node));
      }
      return Optional.of(new Containers(List.copyOf(all)));
    } catch (MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  private static Container container(World world, JsonNode node) {
    return new Container(
        node.path("Id").asText(),
        node.path("Names").path(0).asText(),
        node.path("State").asText(),
        node.path("Labels").path(Wire.LABEL_SPEC).asText(),
        Files.exists(world.outside("/proc/" + node.path("Pid").asLong() + "/exe")));
  }

  /** One of these versions of the deployment's service runs. */
  boolean runs(String deployment, int... versions) {
    return running(deployment).stream()
        .anyMatch(
            container -> {
              for (int version : versions) {
                if (container.spec().contains(Wanted.sign(version))) {
                  return true;
                }
              }
              return false;
            });
  }

  List<Container> running(String deployment) {
    return all.stream()
        .filter(Container::running)
        .filter(container -> container.name().startsWith(deployment + "."))
        .toList();
  }

  /** When podman started the first of those that it started after {@code since}. */
  Optional<Instant> firstStart(World world, Instant since) {
    return all.stream()
        .filter(Container::running)
        .map(container -> started(world, container.id()))
        .flatMap(Optional::stream)
        .filter(since::isBefore)
        .min(Instant::compareTo);
  }

  static Optional<Instant> started(World world, String id) {
    var format = "{{.State.StartedAt.Format \"2006-01-02T15:04:05.999999999Z07:00\"}}";
    var said = world.podman("inspect", "--format", format, id);
    return said.exitCode() == 0
        ? Optional.of(OffsetDateTime.parse(said.output().strip()).toInstant())
        : Optional.empty();
  }
}
