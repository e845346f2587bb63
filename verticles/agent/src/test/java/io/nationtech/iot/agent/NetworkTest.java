package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.eventually;
import static io.nationtech.iot.agent.TestDevice.exists;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static io.nationtech.iot.agent.TestLoop.deployment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.PodmanSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A network of its own for each deployment, in which its services find each other by name. */
class NetworkTest {
  private static final Policy NOTHING = new Policy(List.of(), List.of(), false, false);
  private static final String NETWORK = Wire.networkName("net");

  private final TestLoop device = new TestLoop("network-test", NOTHING, Duration.ofSeconds(5));

  @AfterEach
  void end() {
    device.close();
  }

  @Test
  void servicesFindEachOtherByNameAndThoseOfAnotherDeploymentDoNot() {
    device.want(
        deployment("net", service("web", 1), service("db", 1)),
        deployment("other", service("api", 1)));
    device.phase("net", Phase.Running);
    device.phase("other", Phase.Running);
    assertEquals("hello, version 1", get("net.db", "web"));
    assertEquals("hello, version 1", get("net.web", "db"));
    assertNotEquals(0, lookUp("other.api", "web"));
    var labels = Command.run("podman", "network", "inspect", "-f", "{{.Labels}}", NETWORK);
    assertTrue(labels.contains(Wire.LABEL_DEVICE + ":network-test"), labels);
    assertTrue(labels.contains(Wire.LABEL_DEPLOYMENT + ":net"), labels);
  }

  @Test
  void theNameLeadsToTheNewVersionAfterAnUpdate() {
    device.want(deployment("net", service("web", 1), service("db", 1)));
    device.phase("net", Phase.Running);
    device.want(deployment("net", service("web", 2), service("db", 1)));
    device.phase("net", Phase.Running);
    eventually(
        "version 2",
        () -> Optional.of(get("net.db", "web")).filter(page -> page.equals("hello, version 2")));
  }

  @Test
  void theNetworkGoesWithItsDeploymentAndIsMadeAgain() {
    device.want(deployment("net", service("web", 1)));
    device.phase("net", Phase.Running);
    device.want();
    eventually("no network", () -> Optional.of(1).filter(go -> !networkExists()));
    device.want(deployment("net", service("web", 1)));
    device.phase("net", Phase.Running);
    assertTrue(networkExists());
  }

  /** As an agent before networks left it. */
  @Test
  void whatWasMadeInTheDefaultNetworkRunsOnAndIsFoundByANewerService() {
    Command.run(
        "podman",
        "run",
        "-d",
        "--name=net.web",
        "--restart=no",
        "--label=" + Wire.LABEL_DEVICE + "=network-test",
        "--label=" + Wire.LABEL_DEPLOYMENT + "=net",
        "--label=" + Wire.LABEL_SERVICE + "=web",
        "--label=" + Wire.LABEL_SPEC + "=" + canonical(service("web", 1)),
        Images.HELLO_1);
    var id = inspect("net.web", "{{.Id}}");
    var started = inspect("net.web", "{{.State.StartedAt}}");
    device.want(deployment("net", service("web", 1)));
    device.phase("net", Phase.Running);
    device.want(deployment("net", service("web", 1), service("db", 1)));
    device.phase("net", Phase.Running);
    // A rootless podman can't take a container into a network while it runs.
    if (!PodmanSocket.isRootless()) {
      assertEquals("hello, version 1", get("net.db", "web"));
    }
    assertEquals(id + started, inspect("net.web", "{{.Id}}{{.State.StartedAt}}"));
  }

  @Test
  void aNetworkOfThatNameThatIsSomebodysOwnIsNotTouched() {
    Command.run("podman", "network", "create", NETWORK);
    try {
      device.want(deployment("net", service("web", 1)));
      var said = device.phase("net", Phase.Failed);
      assertEquals("NetworkNotOurs", said.reason());
      assertTrue(said.message().contains(NETWORK), said.message());
      device.want();
      eventually("nothing", () -> Optional.of(1).filter(go -> device.last("net").isEmpty()));
      assertTrue(networkExists() && !exists("net.web"));
    } finally {
      Command.run("podman", "network", "rm", NETWORK);
    }
  }

  private static boolean networkExists() {
    return Command.attempt("podman", "network", "exists", NETWORK).exitCode() == 0;
  }

  private static String get(String from, String name) {
    var url = "http://" + name + ":8080/";
    var got = Command.attempt("podman", "exec", from, "/bin/wget", "-qO-", url);
    return got.output().strip();
  }

  private static int lookUp(String from, String name) {
    return Command.attempt("podman", "exec", from, "/bin/nslookup", name).exitCode();
  }

  private static String service(String name, int version) {
    var image = version == 1 ? Images.HELLO_1 : Images.HELLO_2;
    return "{\"name\":\"%s\",\"image\":\"%s\"}".formatted(name, image);
  }

  private static String canonical(String json) {
    try {
      return CanonicalJson.write(CanonicalJson.parse(json));
    } catch (MalformedDocumentException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
