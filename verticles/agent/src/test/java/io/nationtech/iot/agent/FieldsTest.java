package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.eventually;
import static io.nationtech.iot.agent.TestDevice.exists;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static io.nationtech.iot.agent.TestLoop.deployment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.PodmanSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each field of a service does to the container, as seen from inside it. */
class FieldsTest {
  private static final Policy POLICY =
      new Policy(List.of(), List.of("/dev/ze*", "/dev/null"), false, false);

  private final TestLoop device = new TestLoop("fields-test", POLICY, Duration.ofSeconds(5));

  @AfterEach
  void end() {
    device.close();
  }

  @Test
  void aProcessRunsAsItsUserInItsDirectoryWithNoMoreThanItMay() throws IOException {
    device.want(
        deployment(
            "inside",
            service(
                """
                "user":"1000:1001","workingDir":"/www","readOnlyRootFilesystem":true,
                "capabilities":{"drop":["ALL"],"add":["CAP_NET_BIND_SERVICE"]},
                "extraHosts":[{"name":"plc","ip":"10.0.0.9"},{"name":"six","ip":"fd00::9"}],
                "devices":[{"hostPath":"/dev/zero","containerPath":"/dev/nothing","permissions":"r"},
                           {"hostPath":"/dev/null"}]""")));
    device.phase("inside", Phase.Running);
    assertEquals("1000 1001", inside("echo $(id -u) $(id -g)"));
    assertEquals("/www", inside("pwd"));
    assertTrue(fails("touch /x").contains("Read-only file system"));
    assertTrue(fails("touch /etc/x").contains("Read-only file system"));
    // 10 is NET_BIND_SERVICE, and nothing else is left
    assertEquals("CapBnd:\t0000000000000400", inside("grep CapBnd /proc/self/status"));
    assertEquals("10.0.0.9\tplc", inside("grep plc /etc/hosts"));
    assertEquals("fd00::9\tsix", inside("grep six /etc/hosts"));
    assertEquals("1, 5", inside("ls -l /dev/nothing | sed 's/  */ /g' | cut -d' ' -f5,6"));
    if (PodmanSocket.isRootless()) {
      // Without root a device is a mount, and what its own mode allows counts.
      return;
    }
    // Not every kernel that containers run on keeps it, so what the runtime was told counts.
    var told = Files.readString(Path.of(inspect("inside.web", "{{.OCIConfigPath}}")));
    assertTrue(told.contains("\"major\":1,\"minor\":5,\"access\":\"r\""), told);
  }

  @Test
  void theContainerHasNoMoreThanItsResources() {
    device.want(
        deployment(
            "inside", service("\"resources\":{\"memory\":\"64Mi\",\"cpus\":\"0.5\",\"pids\":20}")));
    var reported = device.phase("inside", Phase.Running);
    if (!PodmanSocket.canLimit()) {
      assertEquals(
          "1 of 1 services run; resources of web that this machine can't limit: memory, cpus, pids",
          reported.message());
      return;
    }
    assertEquals("1 of 1 services run", reported.message());
    assertEquals(
        "67108864 50000 100000 20",
        inspect(
            "inside.web",
            "{{.HostConfig.Memory}} {{.HostConfig.CpuQuota}} {{.HostConfig.CpuPeriod}}"
                + " {{.HostConfig.PidsLimit}}"));
    assertTrue(fails("for i in $(seq 40); do sleep 3 & done").contains("can't fork"));
  }

  @Test
  void filesAreThereBeforeTheFirstStartAndAsAskedForAtEachLaterOne() {
    device.want(
        deployment(
            "inside",
            service(
                "\"user\":\"1000\",\"files\":[{\"path\":\"/etc/new/app.conf\",\"content\":\"a=1\\n\"},"
                    + "{\"path\":\"/etc/secret.conf\",\"content\":\"ü\",\"mode\":\"0600\"}]")));
    device.phase("inside", Phase.Running);
    assertEquals("a=1", inside("cat /etc/new/app.conf"));
    assertEquals("ü", inside("cat /etc/secret.conf"));
    assertEquals("644 600", inside("stat -c %a /etc/new/app.conf /etc/secret.conf | xargs"));
    inside("echo b=2 >/etc/new/app.conf");
    var before = inspect("inside.web", "{{.State.StartedAt}}");
    Command.run("podman", "kill", "inside.web");
    eventually(
        "started again",
        () ->
            Optional.of(inspect("inside.web", "{{.State.StartedAt}} {{.State.Status}}"))
                .filter(now -> !now.startsWith(before) && now.endsWith("running")));
    assertEquals("a=1", inside("cat /etc/new/app.conf"));
  }

  @Test
  void aDeviceAndACapabilityThatTheOwnerDoesNotListAreRefused() {
    device.want(
        deployment("one", service("\"devices\":[{\"hostPath\":\"/dev/mem\"}]")),
        deployment("two", service("\"capabilities\":{\"add\":[\"SYS_ADMIN\"]}")));
    var one = device.phase("one", Phase.Failed);
    assertEquals(
        "service 'web': device /dev/mem is not allowed by [policy] devices of this device",
        one.message());
    var two = device.phase("two", Phase.Failed);
    assertEquals(
        "service 'web': capabilities.add SYS_ADMIN is not allowed by [policy] privileged of this"
            + " device",
        two.message());
    assertFalse(exists("one.web") || exists("two.web"));
  }

  private static String service(String fields) {
    return """
    {"name":"web","image":"%s","command":["/bin/sh","-c"],
    "args":["while true; do sleep 1; done"],"stopTimeoutSeconds":1,%s}\
    """
        .formatted(Images.HELLO_1, fields);
  }

  private static String inside(String script) {
    return Command.run("podman", "exec", "inside.web", "/bin/sh", "-c", script).strip();
  }

  private static String fails(String script) {
    return Command.attempt("podman", "exec", "inside.web", "/bin/sh", "-c", script + " 2>&1")
        .output();
  }
}
