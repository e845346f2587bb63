package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.deployment;
import static io.nationtech.iot.agent.TestDevice.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.nationtech.iot.agent.config.Profile;
import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.OciRegistry;
import io.nationtech.iot.platform.Place;
import io.nationtech.iot.platform.PrivatePodman;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent and a podman of its own on a disk of 128 MB. */
class FullDiskTest {
  private static final String MADE = "localhost/disk-test:made";
  private static final int LAYER = 8_000_000;
  private static OciRegistry registry;

  @TempDir Path directory = Path.of("");
  private SmallDisk disk;
  private PrivatePodman podman;
  private TestDevice device;

  /** Images that share hello's layers, each with one of its own that can't be packed. */
  @BeforeAll
  static void push(@TempDir Path context) throws IOException {
    registry = OciRegistry.start(Place.FREE);
    Files.writeString(
        context.resolve("Containerfile"), "FROM " + Images.HELLO_1 + "\nCOPY blob /blob\n");
    for (var tag : new String[] {"a", "b", "c", "d"}) {
      var blob = new byte[LAYER];
      new Random(tag.hashCode()).nextBytes(blob);
      Files.write(context.resolve("blob"), blob);
      Command.run("podman", "build", "-q", "-t", MADE, context.toString());
      registry.push(MADE, "disk:" + tag);
      Command.run("podman", "rmi", MADE);
    }
  }

  @AfterAll
  static void endRegistry() {
    registry.close();
  }

  @BeforeEach
  void start() throws IOException {
    disk = new SmallDisk(directory, 128);
    podman = PrivatePodman.start(directory, disk.path().resolve("storage"));
    device = new TestDevice("disk-test");
  }

  @AfterEach
  void end() {
    device.close();
    podman.close();
    disk.close();
  }

  @Test
  void theOldestImagesOfTheAgentGoAndNothingElse() {
    podman.run("pull", "-q", image("d"));
    startAgent(20);
    try (var journal = JournalLines.of("iot-agent")) {
      run("a");
      run("b");
      podman.run("create", "--name", "by-hand", image("b"));
      run("c");
      eventually("a gone", () -> Optional.of(1).filter(go -> !isHere("a")));
      eventually(
          "the word that none is left",
          () -> Optional.of(1).filter(go -> journal.count(Level.WARN, "none is left") == 1));
      assertTrue(isHere("b") && isHere("c") && isHere("d"));
      assertEquals(1, journal.count(Level.INFO, "removed image " + image("a")));
      assertEquals(1, journal.count(Level.INFO, "came free"));
      assertTrue(Files.exists(state().resolve("images.json")));
    }
  }

  @Test
  void aPullThatDoesNotFitIsRefusedWithNumbersAndMadeWhenThereIsRoom() throws IOException {
    startAgent(99);
    run("a");
    var running = started();
    disk.fillTo(20_000_000);
    want("b");
    var failed = device.phase("app", Phase.Failed);
    assertEquals("DiskFull", failed.reason());
    assertTrue(
        failed
            .message()
            .matches(".*needs about 2\\d MB \\(\\d MB to pull\\), and (19|20|21) MB are free.*"),
        failed.message());
    assertFalse(isHere("b"));
    assertEquals(running, started());
    disk.makeRoom();
    device.phase("app", Phase.Running);
    assertTrue(isHere("b"));
  }

  @Test
  void atAHundredPercentAllGoesOnAndTheAgentRecoversByItself() throws IOException {
    startAgent(80);
    run("a");
    var running = started();
    try (var journal = JournalLines.of("iot-agent")) {
      disk.fillTo(0);
      device.want(deployment("app", image("a"), ",\"network\":\"none\",\"labels\":{\"n\":\"2\"}"));
      assertEquals("DiskFull", device.phase("app", Phase.Failed).reason());
      assertEquals(running, started());
      eventually(
          "a second try", () -> Optional.of(1).filter(go -> journal.says("state.json can't")));
      assertEquals(1, journal.count(Level.WARN, "state.json can't be written"));
      disk.makeRoom();
      device.phase("app", Phase.Running);
      eventually(
          "the state on disk",
          () ->
              Optional.of(1)
                  .filter(go -> journal.count(Level.INFO, "state.json can be written again") == 1));
      assertTrue(Files.readString(state().resolve("state.json")).contains("\\\"n\\\":"));
    }
  }

  private Path state() {
    return disk.path().resolve("state");
  }

  private void startAgent(int percent) {
    var usual = device.settings();
    device.startAgent(
        new Settings(
            usual.device(),
            usual.nats(),
            usual.identity(),
            new Settings.Podman(podman.socket(), Duration.ofSeconds(30)),
            new Settings.Agent(state(), Duration.ofSeconds(1), Duration.ofSeconds(5), Profile.DEFAULT),
            usual.policy(),
            percent,
            usual.logLevel()));
  }

  private void run(String tag) {
    want(tag);
    eventually(
        tag + " alone",
        () ->
            Optional.of(podman.attempt("ps", "--format", "{{.Names}} {{.Image}}").output().strip())
                .filter(("app.web " + image(tag))::equals));
    device.phase("app", Phase.Running);
  }

  private void want(String tag) {
    device.want(deployment("app", image(tag), ",\"network\":\"none\""));
  }

  private String started() {
    return podman.run("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", "app.web");
  }

  private boolean isHere(String tag) {
    return podman.attempt("image", "exists", image(tag)).exitCode() == 0;
  }

  private static String image(String tag) {
    return registry.host() + "/disk:" + tag;
  }
}
