package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.eventually;
import static io.nationtech.iot.agent.TestDevice.exists;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a version gives way to another on this machine's podman, and what holds it off. */
class UpdateTest {
  private static final String DATA = ",\"volumes\":[{\"name\":\"data\",\"mountPath\":\"/data\"}]";
  private static final String LOCK =
      "{\"lock\":{\"volume\":\"data\",\"file\":\"busy\",\"maxSeconds\":600}}";

  private TestLoop device;

  @BeforeEach
  void start() {
    device =
        new TestLoop(
            "update-test", new Policy(List.of(), List.of(), false, false), Duration.ofMillis(500));
  }

  @AfterEach
  void end() {
    device.close();
  }

  @Test
  void nothingIsReplacedWhileOneImageOfTheVersionCannotBeHad() {
    device.want(version("whole", "{}", web(Images.HELLO_1, "")));
    device.phase("whole", Phase.Running);
    var old = inspect("whole.web", "{{.Id}} {{.State.StartedAt}}");
    device.want(
        version("whole", "{}", web(Images.HELLO_2, ""), service("db", "127.0.0.1:1/none:1", "")));
    var failed = device.phase("whole", Phase.Failed);
    assertEquals("ImagePullFailed", failed.reason());
    assertTrue(failed.message().startsWith("db: "), failed.message());
    assertEquals(old, inspect("whole.web", "{{.Id}} {{.State.StartedAt}}"));
    assertFalse(exists("whole.web.next"));
  }

  @Test
  void whatIsGoneBackToIsMadeFromTheImageItHadThoughItsTagHasMoved() {
    var tag = "localhost/moving-update:test";
    Command.run("podman", "tag", Images.HELLO_1, tag);
    try {
      device.want(version("moved", "{}", web(tag, "")));
      device.phase("moved", Phase.Running);
      var image = inspect("moved.web", "{{.Image}}");
      eventually("proven", () -> Optional.of(1).filter(go -> device.isProven("moved")));
      Command.run("podman", "tag", Images.HELLO_2, tag);
      device.want(version("moved", "{}", web(tag, ",\"command\":[\"/no/such/program\"]")));
      device.phase("moved", Phase.RolledBack);
      Command.run("podman", "rm", "-f", "-t", "0", "moved.web");
      eventually(
          "made again",
          () ->
              Optional.of(1)
                  .filter(go -> exists("moved.web"))
                  .filter(go -> inspect("moved.web", "{{.State.Status}}").equals("running")));
      assertEquals(image, inspect("moved.web", "{{.Image}}"));
      assertNotEquals(
          image, Command.run("podman", "image", "inspect", "-f", "{{.Id}}", tag).strip());
    } finally {
      Command.run("podman", "untag", tag, tag);
    }
  }

  @Test
  void aDatabaseUnderAnotherNameNeverRunsBesideItselfAndComesBackWhereTheOtherFails() {
    device.want(version("twice", "{}", service("db", Images.HELLO_1, DATA)));
    device.phase("twice", Phase.Running);
    eventually("proven", () -> Optional.of(1).filter(go -> device.isProven("twice")));
    var old = inspect("twice.db", "{{.Id}}");
    var fails = DATA + ",\"command\":[\"/bin/sh\",\"-c\",\"sleep 1; exit 1\"],\"args\":[]";
    device.want(version("twice", "{}", service("base", Images.HELLO_1, fails)));
    device.phase("twice", Phase.RolledBack);
    eventually(
        "the old one",
        () -> Optional.of(1).filter(go -> inspect(old, "{{.State.Status}}").equals("running")));
    device.want(version("twice", "{}", service("base", Images.HELLO_1, DATA)));
    device.phase("twice", Phase.Running);
    eventually("the old one gone", () -> Optional.of(1).filter(go -> !exists(old)));
    assertTrue(inspect("twice.base", "{{.State.Status}}").equals("running") && !exists("twice.db"));
  }

  @Test
  void theApplicationHoldsItsUpdateOffByAFileInItsVolume() throws Exception {
    device.want(version("locked", LOCK, web(Images.HELLO_1, DATA)));
    device.phase("locked", Phase.Running);
    var old = inspect("locked.web", "{{.Id}}");
    var directory =
        Path.of(
            Command.run("podman", "volume", "inspect", "-f", "{{.Mountpoint}}", "locked.data")
                .strip());
    var file = Files.createFile(directory.resolve("busy"));
    device.want(version("locked", LOCK, web(Images.HELLO_2, DATA)));
    var waiting = device.phase("locked", Phase.Waiting);
    assertEquals("UpdateLocked", waiting.reason());
    assertTrue(waiting.message().contains("file busy in volume data"), waiting.message());
    assertEquals("running", inspect(old, "{{.State.Status}}"));
    Files.delete(file);
    eventually("the old one gone", () -> Optional.of(1).filter(go -> !exists(old)));
    device.phase("locked", Phase.Running);
  }

  private static String web(String image, String fields) {
    return service("web", image, fields);
  }

  private static String service(String name, String image, String fields) {
    return "{\"name\":\"%s\",\"image\":\"%s\"%s}".formatted(name, image, fields);
  }

  private static String version(String name, String update, String... services) {
    return TestLoop.deployment(name, services).replace("\"update\":{}", "\"update\":" + update);
  }
}
