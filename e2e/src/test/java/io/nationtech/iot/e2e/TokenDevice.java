package io.nationtech.iot.e2e;

import static io.nationtech.iot.e2e.Plant.eventually;
import static io.nationtech.iot.e2e.Plant.inspect;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.PodmanSocket;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.SecretFile;
import io.nationtech.iot.platform.Timeline;
import io.nationtech.iot.platform.ZitadelManagement.KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** A device with a key file, its agent, and the one container that it runs. */
final class TokenDevice implements AutoCloseable {
  static final Duration BEAT = Duration.ofSeconds(1);

  private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]+\\.[\\w-]+\\.([\\w-]+)");

  final String name;
  final KeyFile key;
  final Program agent;
  final Timeline timeline;
  private final Path directory;

  /** Enrols it, and waits until its container runs. */
  TokenDevice(TokenPlant plant, String name) {
    this.name = name;
    this.directory = SecretFile.directory(plant.directory.resolve(name));
    this.key = plant.account(name);
    this.agent = Programs.agent(directory, configuration(plant));
    this.timeline = new Timeline(plant.nats, new DeviceId(name));
    want(false, "0");
    agent.start();
    eventually("the container", () -> state().equals("running"));
    eventually("a heartbeat", () -> !timeline.beats().isEmpty());
  }

  private Path configuration(TokenPlant plant) {
    var keyFile = SecretFile.write(directory.resolve("key.json"), key.json());
    var toml =
        """
        device = "%s"
        [nats]
        urls = ["%s"]
        [identity]
        type = "zitadel"
        issuer = "%s"
        project = "%s"
        key_file = "%s"
        [podman]
        socket = "%s"
        [agent]
        state_directory = "%s"
        heartbeat_interval_seconds = %d
        [log]
        level = "debug"
        """
            .formatted(
                name,
                plant.nats.url(),
                plant.zitadel.issuer(),
                plant.zitadel.project(),
                keyFile,
                PodmanSocket.path(),
                directory.resolve("state"),
                BEAT.toSeconds());
    return SecretFile.write(directory.resolve("agent.toml"), toml);
  }

  /**
   * Puts its desired document and gives the revision; {@code change}: what the container's
   * environment says.
   */
  long want(boolean paused, String change) {
    return timeline.want(
        """
        {"device":"%s","owner":"test/test","paused":%s,"deployments":{"%s":{"uid":"1","generation":1,
        "since":"2026-01-01T00:00:00Z","retry":0,"update":{"minReadySeconds":1},"score":{"type":"PodmanV0",
        "data":{"services":[{"name":"web","image":"%s","env":[{"name":"CHANGE","value":"%s"}]}]}}}}}\
        """
            .formatted(name, paused, name, Images.HELLO_1, change));
  }

  String container() {
    return inspect(Wire.containerName(name, "web"), "{{.Id}}");
  }

  String state() {
    return inspect(Wire.containerName(name, "web"), "{{.State.Status}}");
  }

  String environment() {
    return inspect(Wire.containerName(name, "web"), "{{.Config.Env}}");
  }

  boolean beatsWithin(Duration time) {
    return lastBeat().isAfter(Instant.now().minus(time));
  }

  Instant lastBeat() {
    return timeline.beats().getLast();
  }

  /** The longest time without a heartbeat since {@code since}. */
  Duration longestGap(Instant since) {
    var longest = Duration.ZERO;
    var last = since;
    for (var beat : timeline.beats()) {
      if (beat.isAfter(since)) {
        var gap = Duration.between(last, beat);
        longest = gap.compareTo(longest) > 0 ? gap : longest;
        last = beat;
      }
    }
    return longest;
  }

  Path state(String file) {
    return directory.resolve("state").resolve(file);
  }

  /** Pieces of its key and of the token that it holds: a log that has them has too much. */
  private List<String> secrets() throws IOException, MalformedDocumentException {
    var pem = CanonicalJson.parse(key.json()).path("key").textValue().lines().toList();
    var token = Files.readString(state("token.json"));
    return List.of(
        pem.get(1),
        pem.get(pem.size() - 2),
        TOKEN.matcher(token).results().findFirst().orElseThrow().group(1));
  }

  /** Ends it; a secret in what its agent said fails the test. */
  @Override
  public void close() {
    agent.kill();
    try {
      for (var secret : secrets()) {
        assertEquals(0, agent.count(secret), "a secret in " + agent.log());
      }
    } catch (IOException | MalformedDocumentException e) {
      throw new IllegalStateException(e);
    }
    timeline.close();
    Command.attempt("podman", "rm", "-f", "-t", "0", Wire.containerName(name, "web"));
    Command.attempt("podman", "network", "rm", Wire.networkName(name));
  }
}
