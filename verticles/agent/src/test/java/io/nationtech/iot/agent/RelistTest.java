package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.inspect;
import static io.nationtech.iot.agent.TestLoop.deployment;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.platform.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What podman reports of a container differs from what was asked: that is no change. */
class RelistTest {
  private static final int LOOKS = 500;
  private static final String LOOP =
      "\"command\":[\"/bin/sh\",\"-c\"],\"args\":[\"while true; do sleep 1; done\"]";

  private static final String WEB =
      """
      {"name":"web","image":"%s","pullPolicy":"IfNotPresent","command":["/bin/httpd"],
      "args":["-f","-h","/www","-p","8081"],"env":[{"name":"B","value":"2"},{"name":"A","value":"1"}],
      "user":"0:0","workingDir":"/www","readOnlyRootFilesystem":true,
      "ports":[{"containerPort":8081,"hostPort":18091,"hostIP":"127.0.0.1","protocol":"TCP"},
               {"containerPort":8082}],
      "volumes":[{"name":"data","mountPath":"/data"},
                 {"hostPath":"%s","mountPath":"/plc","readOnly":true}],
      "files":[{"path":"/etc/app.conf","content":"a=1\\n","mode":"0644"}],
      "devices":[{"hostPath":"/dev/zero","containerPath":"/dev/nothing","permissions":"rw"}],
      "extraHosts":[{"name":"plc","ip":"10.0.0.9"}],
      "capabilities":{"drop":["ALL"],"add":["NET_BIND_SERVICE"]},
      "resources":{"memory":"64Mi","cpus":"0.5","pids":64},
      "healthcheck":{"command":["/bin/true"],"periodSeconds":1,"timeoutSeconds":2,
                     "failureThreshold":3,"startPeriodSeconds":2},
      "dependsOn":[{"service":"job","condition":"Completed"},{"service":"host","condition":"Started"}],
      "restartPolicy":"Always","network":"bridge","stopTimeoutSeconds":1,"privileged":false,
      "secrets":[{"name":"token","path":"hello","key":"token","env":"TOKEN"}],
      "labels":{"team":"heat"}}""";

  private static final String JOB =
      "{\"name\":\"job\",\"image\":\"%s\",\"restartPolicy\":\"OnFailure\",\"command\":[\"/bin/true\"],\"args\":[]}";
  private static final String HOST =
      "{\"name\":\"host\",\"image\":\"%s\",\"network\":\"host\",\"stopTimeoutSeconds\":1,"
          + LOOP
          + "}";
  private static final String NONE =
      "{\"name\":\"none\",\"secrets\":[{\"name\":\"tls\",\"path\":\"hello\",\"key\":\"tls.key\","
          + "\"file\":\"/run/secrets/tls.key\"}],\"image\":\"%s\",\"network\":\"none\",\"privileged\":true,\"stopTimeoutSeconds\":1,"
          + LOOP
          + "}";

  @TempDir Path directory = Path.of("");
  private TestLoop device;

  @BeforeEach
  void start() throws IOException {
    // A rootless podman is somebody else.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    var policy = new Policy(List.of(directory.toString()), List.of("/dev/zero"), true, true);
    device =
        new TestLoop(
            "relist-test",
            policy,
            new MapOfSecrets(Map.of("all/hello", Map.of("token", "a", "tls.key", "b"))),
            Duration.ofMillis(10));
  }

  @AfterEach
  void end() {
    device.close();
  }

  @Test
  void nothingIsStartedAgainHoweverOftenWhatRunsIsLookedAt() {
    device.want(
        deployment(
            "all",
            WEB.formatted(Images.HELLO_1, directory),
            JOB.formatted(Images.HELLO_1),
            HOST.formatted(Images.HELLO_1),
            NONE.formatted(Images.HELLO_1)));
    device.phase("all", Phase.Running);
    var before = containers();
    int from = device.observations.size();
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> device.observations.size() >= from + LOOKS);
    assertEquals(before, containers());
    for (var seen : device.observations.subList(from, from + LOOKS)) {
      assertTrue(seen.deployments().toString().contains("phase=Running"), seen::toString);
    }
  }

  private static String containers() {
    return List.of("web", "job", "host", "none").stream()
        .map(service -> inspect("all." + service, "{{.Name}} {{.Id}} {{.State.StartedAt}}"))
        .collect(joining("\n"));
  }
}
