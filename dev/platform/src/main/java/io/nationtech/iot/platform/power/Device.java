package io.nationtech.iot.platform.power;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.SecretFile;
import io.nationtech.iot.platform.Timeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An agent in a {@link World}, and a NATS server of its own outside. */
final class Device implements AutoCloseable {
  private static final String STATE = World.DISK + "/agent";

  final World world;
  private final Path directory;
  private final List<String> agentCommand;
  private final DeviceId id;
  private final NatsServer nats;
  private final Timeline timeline;
  private @Nullable ProcessHandle agent;
  private Instant begun = Instant.EPOCH;
  private long logged;
  private long revision;

  /** {@code agentCommand}: all of it up to {@code run}. */
  Device(Path directory, String name, List<String> agentCommand) {
    this.directory = directory;
    this.agentCommand = agentCommand;
    this.id = new DeviceId(name);
    this.nats = NatsServer.start(name);
    this.timeline = new Timeline(nats, id);
    this.world = new World(directory);
    timeline.makeBuckets();
    SecretFile.write(directory.resolve("agent.toml"), configuration());
  }

  private String configuration() {
    return """
    device = "%s"
    [nats]
    urls = ["%s"]
    [identity]
    type = "shared"
    user = "%s"
    password = "%s"
    [podman]
    socket = "%s"
    [agent]
    state_directory = "%s"
    relist_interval_seconds = 5
    heartbeat_interval_seconds = 5
    """
        .formatted(id, nats.url(), id, nats.devicePassword(id.value()), World.SOCKET, STATE);
  }

  void startAgent() {
    logged = size(log());
    begun = Instant.now();
    agent =
        world.start(
            "agent",
            Stream.concat(
                    agentCommand.stream(),
                    Stream.of("run", "--config", directory.resolve("agent.toml").toString()))
                .toList());
  }

  /** When the agent was started last. */
  Instant begun() {
    return begun;
  }

  /** By SIGKILL; what nsenter started is what is meant. */
  void killAgent() {
    var started = agent;
    if (started != null) {
      started.children().forEach(ProcessHandle::destroyForcibly);
      started.destroyForcibly();
      started.onExit().join();
    }
  }

  void want(Wanted wanted) {
    revision = timeline.want(wanted.document(id.value()));
  }

  /** Of the newest desired document. */
  long revision() {
    return revision;
  }

  void stopNats() {
    nats.stop();
  }

  void startNats() {
    nats.startAgain();
  }

  /** The report that NATS holds, made by the agent that was started last. */
  Optional<ReportedDocument> reported() {
    return lastReport().filter(report -> !report.agent().startedAt().isBefore(begun));
  }

  /** The report that NATS holds, whichever agent made it. */
  Optional<ReportedDocument> lastReport() {
    return timeline.last();
  }

  /** The revision of the desired document on disk; empty where neither copy can be read. */
  Optional<Long> revisionOnDisk() {
    return Stream.of("state.json", "state.json.previous")
        .map(name -> kept(world.outside(STATE).resolve(name)))
        .flatMap(Optional::stream)
        .map(state -> state.path("revision").asLong())
        .findFirst();
  }

  /** As store/DurableFile writes it: a line with the checksum, and then the text. */
  private static Optional<JsonNode> kept(Path file) {
    try {
      var text = Files.readString(file);
      return Optional.of(CanonicalJson.parse(text.substring(text.indexOf('\n') + 1)));
    } catch (IOException | MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  /** The agent that was started last has looked at podman, and says so to whoever asks. */
  boolean looked() {
    try {
      return Files.readString(world.outside(STATE).resolve("live.json")).contains("\"seen\":{");
    } catch (IOException e) {
      return false;
    }
  }

  List<String> stateFiles() {
    try (var files = Files.list(world.outside(STATE))) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the agent said since its last start. */
  List<String> journal() {
    try (var in = Files.newInputStream(log())) {
      in.skipNBytes(logged);
      var lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
      return new ArrayList<>(lines.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path log() {
    return directory.resolve("agent.log");
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    world.close();
    timeline.close();
    nats.close();
  }
}
