package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.deployment;
import static io.nationtech.iot.agent.TestDevice.eventually;
import static io.nationtech.iot.agent.TestDevice.exists;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.OciRegistry;
import io.nationtech.iot.platform.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How containers come, end and come back: policies and patience, on this machine's podman. */
class ContainerLivesTest {
  private static final String DIES_DEAF = "localhost/deaf:test";

  @TempDir Path directory = Path.of("");
  private TestDevice device;

  @BeforeEach
  void start() {
    device = new TestDevice("agent-test");
    device.startAgent();
  }

  @AfterEach
  void end() {
    device.close();
  }

  @Test
  void aContainerThatIsDeafToTheStopSignalIsKilledAfterItsStopTimeout() throws IOException {
    // A rootless podman is somebody else.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        directory.resolve("Containerfile"), "FROM " + Images.HELLO_1 + "\nSTOPSIGNAL SIGTERM\n");
    Command.run("podman", "build", "-q", "-t", DIES_DEAF, directory.toString());
    device.want(
        deployment("deaf", DIES_DEAF, ",\"stopTimeoutSeconds\":2" + shell("trap : TERM; " + ON)));
    var old = device.running("deaf");
    device.want(deployment("deaf", Images.HELLO_1, ""));
    var ended =
        eventually(
            "the old one ended",
            () ->
                Optional.of(
                        inspect(old, "{{.State.ExitCode}} {{.State.FinishedAt}} {{.State.Status}}"))
                    .filter(state -> state.endsWith(" exited")));
    assertTrue(ended.startsWith("137 "), ended);
    var next = inspect("deaf.web.next", "{{.Created}}");
    var took = Duration.between(time(next), time(ended.substring(4)));
    assertTrue(took.compareTo(Duration.ofSeconds(2)) >= 0, took.toString());
    assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took.toString());
    device.phase("deaf", Phase.Running);
    eventually("the old one gone", () -> Optional.of(old).filter(id -> !exists(id)));
    Command.run("podman", "rmi", DIES_DEAF);
  }

  @Test
  void withoutAStopTimeoutAPersonsPodmanStopWaitsAsLongAsTheAgent() {
    device.want(deployment("patient", Images.HELLO_1, ""));
    assertEquals("300", inspect(device.running("patient"), "{{.Config.StopTimeout}}"));
  }

  @Test
  void aContainerThatIsRemovedByHandIsMadeAgain() {
    device.want(deployment("hand", Images.HELLO_1, ""));
    var id = device.running("hand");
    Command.run("podman", "rm", "-f", "-t", "0", id);
    var again =
        eventually(
            "made again",
            () ->
                Optional.of(inspect("hand.web", "{{.Id}} {{.State.Status}}"))
                    .filter(state -> state.endsWith(" running")));
    assertNotEquals(id, again.split(" ", -1)[0]);
  }

  @Test
  void aContainerThatOnlyCarriesTheLabelsIsNotTouched() {
    device.want(deployment("commit", Images.HELLO_1, ""));
    var id = device.running("commit");
    Command.run("podman", "commit", "-q", id, "localhost/copied:test");
    Command.run("podman", "run", "-d", "--name", "copied-by-hand", "localhost/copied:test");
    try {
      device.want("");
      eventually("ours gone", () -> Optional.of(1).filter(go -> !exists("commit.web")));
      assertEquals("running", inspect("copied-by-hand", "{{.State.Status}}"));
    } finally {
      Command.run("podman", "rm", "-f", "-t", "0", "copied-by-hand");
      Command.run("podman", "rmi", "localhost/copied:test");
    }
  }

  @Test
  void whatAlwaysRunsIsStartedAgainWhateverItsExitAndWaitsLongerEachTime() {
    device.want(deployment("always", Images.HELLO_1, shell("sleep 1; exit 0")));
    device.phase("always", Phase.Degraded);
    var service = service(device.reported(), "always");
    assertTrue(service.restarts() >= 2, service.toString());
  }

  @Test
  void whatRunsOnFailureIsStartedAgainUntilItEndsWell() {
    device.want(
        deployment(
            "onfailure",
            Images.HELLO_1,
            ",\"restartPolicy\":\"OnFailure\",\"volumes\":[{\"name\":\"data\",\"mountPath\":\"/data\"}]"
                + shell("test -e /data/done && exit 0; touch /data/done; exit 1")));
    eventually(
        "the second run",
        () ->
            Optional.of(1)
                .filter(
                    go ->
                        inspect("onfailure.web", "{{.State.Status}} {{.State.ExitCode}}")
                            .equals("exited 0")));
    device.phase("onfailure", Phase.Running);
  }

  @Test
  void whatNeverRunsAgainStaysAsItEnded() {
    device.want(job("well", "exit 0") + "," + job("badly", "exit 3"));
    device.phase("well", Phase.Running);
    var badly = device.phase("badly", Phase.Failed);
    assertEquals("ServiceFailed", badly.reason());
    assertTrue(badly.message().contains("exit code 3"), badly.message());
    var service = service(device.reported(), "badly");
    assertEquals(Optional.of(3), service.exitCode());
    assertEquals(0, service.restarts());
  }

  @Test
  void aNewVersionOfAJobReplacesTheOldOneHoweverShortItRuns() {
    device.want(job("job", "exit 0"));
    device.phase("job", Phase.Running);
    device.want(job("job", "true; exit 0"));
    eventually(
        "the new one alone",
        () ->
            Optional.of(1)
                .filter(go -> inspect("job.web", "{{.Args}}").contains("true; exit 0"))
                .filter(go -> !exists("job.web.next")));
    assertEquals("AllServicesRunning", device.phase("job", Phase.Running).reason());
  }

  @Test
  void anImageIsPulledAsItsPolicySays() {
    try (var registry = OciRegistry.start(Place.FREE)) {
      var image = registry.push(Images.HELLO_1, "moving:1");
      device.want(pulled(image, "Never", 0));
      var reported = device.phase("pulled", Phase.Failed);
      assertEquals("ImageNotPresent", reported.reason());
      device.want(pulled(image, "IfNotPresent", 1));
      var first = digest();
      registry.push(Images.HELLO_2, "moving:1");
      device.want(pulled(image, "IfNotPresent", 2));
      assertEquals(first, digest());
      device.want(pulled(image, "Always", 3));
      var second = digest();
      assertNotEquals(first, second);
      registry.push(Images.HELLO_1, "moving:1");
      device.want(pulled(image, "Never", 4));
      assertEquals(second, digest());
      device.want("");
      eventually("nothing", () -> Optional.of(1).filter(go -> !exists("pulled.web")));
      Command.run("podman", "rmi", image);
    }
  }

  private static final String ON = "while true; do sleep 1; done";

  /** Waits until the last change has its container alone, and gives its image. */
  private String digest() {
    device.phase("pulled", Phase.Running);
    eventually(
        "the old one gone",
        () ->
            Optional.of(1)
                .filter(go -> exists("pulled.web") && !exists("pulled.web.next"))
                .filter(go -> device.reported().deployments().containsKey("pulled")));
    return inspect("pulled.web", "{{.Image}}");
  }

  private static String pulled(String image, String policy, int change) {
    return deployment(
        "pulled",
        image,
        ",\"pullPolicy\":\"%s\",\"env\":[{\"name\":\"CHANGE\",\"value\":\"%d\"}]"
            .formatted(policy, change));
  }

  private static String job(String name, String script) {
    return deployment(name, Images.HELLO_1, ",\"restartPolicy\":\"Never\"" + shell(script));
  }

  private static String shell(String script) {
    return ",\"command\":[\"/bin/sh\",\"-c\",\"" + script + "\"],\"args\":[]";
  }

  private static OffsetDateTime time(String podman) {
    var parts = podman.split(" ", -1);
    return OffsetDateTime.parse(parts[0] + "T" + parts[1] + zone(parts[2]));
  }

  private static String zone(String offset) {
    return offset.substring(0, 3) + ":" + offset.substring(3);
  }

  private static ReportedDocument.Service service(ReportedDocument reported, String deployment) {
    var said = Objects.requireNonNull(reported.deployments().get(deployment));
    return Objects.requireNonNull(said.services().get("web"));
  }
}
