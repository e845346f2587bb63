package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.deployment;
import static io.nationtech.iot.agent.TestDevice.eventually;
import static io.nationtech.iot.agent.TestDevice.exists;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole agent on a real nats-server and this machine's podman. */
class AgentTest {
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
  void aDocumentBecomesARunningContainerWithEveryFieldAndAReportOfIt() {
    device.want(
        deployment(
            "fields",
            Images.HELLO_1,
            """
            ,"command":["/bin/httpd","-f","-h","/www"],"args":["-p","8081"],
            "env":[{"name":"GREETING","value":"hello"}],"volumes":[{"name":"data","mountPath":"/data"}],
            "ports":[{"containerPort":8081,"hostPort":18081,"hostIP":"127.0.0.1"}],
            "stopTimeoutSeconds":7,"labels":{"team":"heat"}"""));
    var reported = device.phase("fields", Phase.Running);
    var container = "fields.web";
    assertEquals("/bin/httpd", inspect(container, "{{.Path}}"));
    assertEquals("[-f -h /www -p 8081]", inspect(container, "{{.Args}}"));
    assertTrue(inspect(container, "{{.Config.Env}}").contains("GREETING=hello"));
    assertTrue(inspect(container, "{{.Mounts}}").contains(Wire.volumeName("fields", "data")));
    assertTrue(inspect(container, "{{.HostConfig.PortBindings}}").contains("127.0.0.1 18081"));
    assertEquals("7", inspect(container, "{{.Config.StopTimeout}}"));
    assertEquals("heat", inspect(container, "{{.Config.Labels.team}}"));
    var service = Objects.requireNonNull(reported.services().get("web"));
    assertEquals(inspect(container, "{{.Id}}"), service.containerId());
    assertEquals("running", service.state());
    assertEquals("AllServicesRunning", reported.reason());
  }

  @Test
  void aNewImageReplacesTheContainerAndTheOldOneGoesOnceTheNewOneIsProven() {
    device.want(deployment("change", Images.HELLO_1, ""));
    var old = device.running("change");
    device.want(deployment("change", Images.HELLO_2, ""));
    eventually("the old one gone", () -> Optional.of(old).filter(id -> !exists(id)));
    eventually(
        "the name",
        () -> Optional.of(1).filter(go -> exists("change.web") && !exists("change.web.next")));
    assertEquals(Images.HELLO_2, inspect("change.web", "{{.ImageName}}"));
    assertEquals("running", inspect("change.web", "{{.State.Status}}"));
  }

  @Test
  void changesThatFollowEachOtherAtOnceEndInOneContainerOfTheLast() {
    device.want(deployment("burst", Images.HELLO_1, ""));
    for (int change = 1; change <= 5; change++) {
      var last = device.running("burst");
      device.want(deployment("burst", Images.HELLO_1, env(change)));
      eventually(
          "a new one", () -> Optional.of(last).filter(id -> !id.equals(device.running("burst"))));
    }
    eventually("one container", () -> Optional.of(1).filter(go -> names().equals("burst.web")));
    assertTrue(inspect("burst.web", "{{.Config.Env}}").contains("CHANGE=5"));
  }

  private static String names() {
    var ours = "label=" + Wire.LABEL_DEVICE + "=agent-test";
    return Command.run("podman", "ps", "-a", "--format={{.Names}}", "--filter", ours).strip();
  }

  private static String env(int change) {
    return ",\"env\":[{\"name\":\"CHANGE\",\"value\":\"" + change + "\"}]";
  }

  @Test
  void aVersionThatDoesNotStayUpIsRolledBackAndNotTriedAgain() {
    device.want(deployment("back", Images.HELLO_1, ""));
    var old = device.running("back");
    device.want(deployment("back", Images.HELLO_2, ",\"command\":[\"/bin/false\"],\"args\":[]"));
    var reported = device.phase("back", Phase.RolledBack);
    assertEquals("NewVersionFailed", reported.reason());
    eventually(
        "running",
        () -> Optional.of(old).filter(id -> inspect(id, "{{.State.Status}}").equals("running")));
    assertFalse(exists("back.web.next"));
    device.stopAgent();
    device.startAgent();
    assertEquals(Phase.RolledBack, device.phase("back", Phase.RolledBack).phase());
    assertEquals("back.web", inspect(old, "{{.Name}}"));
  }

  @Test
  void aVersionThatCannotStartLeavesTheOldOneRunning() {
    device.want(deployment("start", Images.HELLO_1, ""));
    var old = device.running("start");
    device.want(deployment("start", Images.HELLO_2, ",\"command\":[\"/no/such/program\"]"));
    var reported = device.phase("start", Phase.RolledBack);
    assertTrue(reported.message().contains("/no/such/program"), reported.message());
    assertEquals("running", inspect(old, "{{.State.Status}}"));
  }

  @Test
  void aDeploymentThatIsGoneIsRemovedAndItsVolumeStays() {
    device.want(
        deployment(
            "gone", Images.HELLO_1, ",\"volumes\":[{\"name\":\"data\",\"mountPath\":\"/data\"}]"));
    device.phase("gone", Phase.Running);
    device.want("");
    eventually("nothing", () -> Optional.of(1).filter(go -> !exists("gone.web")));
    eventually(
        "an empty report",
        () -> Optional.of(1).filter(go -> device.reported().deployments().isEmpty()));
    assertEquals(0, Command.attempt("podman", "volume", "exists", "gone.data").exitCode());
  }

  @Test
  void anImageThatDoesNotExistFailsWithTheRegistrysAnswerAndTheOtherServicesGoOn() {
    device.want(
        deployment("missing", "127.0.0.1:1/none:1", "")
            + ","
            + deployment("present", Images.HELLO_1, ""));
    device.phase("present", Phase.Running);
    var reported = device.phase("missing", Phase.Failed);
    assertEquals("ImagePullFailed", reported.reason());
    assertTrue(reported.message().contains("127.0.0.1:1/none:1"), reported.message());
    assertTrue(reported.message().contains("connection refused"), reported.message());
  }

  @Test
  void withoutAGoodDocumentWhatRanGoesOnAndHealsWhenItIsBack() {
    var good = deployment("keep", Images.HELLO_1, "");
    device.want(good);
    var id = device.running("keep");
    device.put("{\"device\":\"agent-test\",\"deployments\":");
    device.deleteDesired();
    Command.run("podman", "kill", id);
    eventually(
        "started again",
        () -> Optional.of(id).filter(c -> inspect(c, "{{.State.Status}}").equals("running")));
    device.want(good + "," + deployment("more", Images.HELLO_1, ""));
    device.phase("more", Phase.Running);
    assertEquals(id, inspect("keep.web", "{{.Id}}"));
  }

  @Test
  void anAgentThatStartsAgainAdoptsWhatRunsAndNeedsNoNatsForIt() {
    device.want(deployment("adopt", Images.HELLO_1, ""));
    var id = device.running("adopt");
    var started = inspect(id, "{{.State.StartedAt}}");
    device.stopAgent();
    assertEquals("running", inspect(id, "{{.State.Status}}"));
    device.nats.stop();
    device.startAgent();
    Command.run("podman", "kill", id);
    eventually(
        "started again from disk",
        () ->
            Optional.of(id)
                .filter(c -> inspect(c, "{{.State.Status}}").equals("running"))
                .filter(c -> !inspect(c, "{{.State.StartedAt}}").equals(started)));
    device.nats.startAgain();
    device.want(
        deployment("adopt", Images.HELLO_1, "") + "," + deployment("after", Images.HELLO_1, ""));
    device.phase("after", Phase.Running);
    assertEquals(id, inspect("adopt.web", "{{.Id}}"));
  }

  @Test
  void whatThisAgentDoesNotHonourYetIsUnsupportedAndWhatRanRunsOn() {
    device.want(deployment("future", Images.HELLO_1, ""));
    var id = device.running("future");
    device.want(deployment("future", Images.HELLO_2, ",\"tomorrow\":true"));
    var reported = device.phase("future", Phase.Unsupported);
    assertEquals("FieldNotSupported", reported.reason());
    assertTrue(reported.message().contains("tomorrow"), reported.message());
    assertEquals("running", inspect(id, "{{.State.Status}}"));
  }

  @Test
  void whatTheDevicesOwnerDoesNotAllowIsRefusedByFieldAndSetting() {
    device.want(
        deployment(
            "mount",
            Images.HELLO_1,
            ",\"volumes\":[{\"hostPath\":\"/etc\",\"mountPath\":\"/etc\"}]"));
    var reported = device.phase("mount", Phase.Failed);
    assertEquals("NotAllowedByPolicy", reported.reason());
    assertTrue(reported.message().contains("hostPath /etc"), reported.message());
    assertTrue(reported.message().contains("[policy] host_paths"), reported.message());
    assertFalse(exists("mount.web"));
  }

  @Test
  void aReportIsPutAgainIntoABucketThatWasMadeAgain() {
    device.want(deployment("again", Images.HELLO_1, ""));
    var id = device.running("again");
    device.nats.deleteBuckets();
    device.makeBuckets();
    device.want(
        deployment("again", Images.HELLO_1, "") + "," + deployment("other", Images.HELLO_1, ""));
    device.phase("other", Phase.Running);
    assertEquals(id, inspect("again.web", "{{.Id}}"));
    assertNotEquals("", id);
  }
}
