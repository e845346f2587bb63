package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.await;
import static io.nationtech.iot.agent.TestDevice.eventually;
import static io.nationtech.iot.agent.TestDevice.inspect;
import static io.nationtech.iot.agent.TestLoop.deployment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.agent.status.Registries;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.OciRegistry;
import io.nationtech.iot.platform.Place;
import io.nationtech.iot.platform.PodmanSocket;
import io.nationtech.iot.platform.PrivateAuthority;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images from a registry as a customer has it: a login, a private authority, a mirror. */
class RegistryTest {
  private static final Policy NOTHING = new Policy(List.of(), List.of(), false, false);
  private static final Map<String, String> LOGIN =
      Map.of("user", OciRegistry.USER, "password", OciRegistry.PASSWORD);

  @TempDir Path directory = Path.of("");

  @Test
  void aPrivateRegistryIsPulledFromOnceItsAuthorityIsBelievedAndTheLoginIsRight()
      throws IOException {
    var secrets = new MapOfSecrets(Map.of());
    var authority = new PrivateAuthority();
    try (var registry = OciRegistry.startPrivate(authority);
        var journal = JournalLines.of("ROOT");
        var device = new TestLoop("registry-test", NOTHING, secrets, Duration.ofSeconds(5))) {
      var host = registry.host();
      var certificates = PodmanSocket.certificates(host);
      var image = registry.push(Images.HELLO_1, "plant/hello:1");
      secrets.secrets = Map.of("private/registry", LOGIN);
      try {
        device.want(login(host, image, 1));
        assertRemedy(device, image, "/etc/containers/certs.d/" + host + "/ca.crt");

        Files.createDirectories(certificates);
        Files.copy(authority.certificate(), certificates.resolve("ca.crt"));
        secrets.secrets =
            Map.of("private/registry", Map.of("user", OciRegistry.USER, "password", "wrong"));
        device.want(login(host, image, 2));
        assertRemedy(device, image, "a user and a password that may read this image");

        secrets.away = true;
        device.want(login(host, image, 3));
        eventually(
            "nobody answers",
            () ->
                Optional.of(failed(device))
                    .filter(said -> said.reason().equals("SecretsUnavailable")));

        secrets.away = false;
        secrets.secrets = Map.of("private/registry", LOGIN);
        device.want(login(host, image, 4));
        device.phase("private", Phase.Running);
        assertEquals(image, inspect("private.web", "{{.ImageName}}"));

        device.want(login(host, host + "/plant/none:1", 5));
        assertRemedy(device, host + "/plant/none:1", "has no such image");
        assertEquals("running", inspect("private.web", "{{.State.Status}}"));
        assertFalse(journal.says(OciRegistry.PASSWORD));
      } finally {
        Files.deleteIfExists(certificates.resolve("ca.crt"));
        Files.deleteIfExists(certificates);
        Command.attempt("podman", "rmi", "-f", image);
      }
    }
  }

  private static void assertRemedy(TestLoop device, String image, String remedy) {
    // What was found out of the same image before is told until it is tried again.
    eventually(
        remedy,
        () ->
            Optional.of(failed(device))
                .filter(said -> said.reason().equals("ImagePullFailed"))
                .map(said -> Registries.of(image, false, Optional.of(said.message())))
                .filter(finding -> finding.remedy().contains(remedy)));
  }

  private static ReportedDocument.Deployment failed(TestLoop device) {
    return device.phase("private", Phase.Failed);
  }

  @Test
  void whatRegistriesConfSaysOfAMirrorCounts() throws Exception {
    // Read once by podman's service, so it is one of our own; a rootless one is somebody else.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (var registry = OciRegistry.start(Place.FREE)) {
      registry.push(Images.HELLO_1, "plant/hello:1");
      var file =
          Files.writeString(
              directory.resolve("registries.conf"),
              """
              [[registry]]
              location = "registry.invalid"
              [[registry.mirror]]
              location = "%s"
              insecure = true
              """
                  .formatted(registry.host()));
      var socket = directory.resolve("podman.sock");
      var service =
          new ProcessBuilder("podman", "system", "service", "--time=5", "unix://" + socket)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("podman.log").toFile());
      service.environment().put("CONTAINERS_REGISTRIES_CONF", file.toString());
      var process = service.start();
      eventually("podman's service", () -> Optional.of(socket).filter(Files::exists));
      var vertx = Vertx.vertx();
      var podman = new Podman(vertx, socket.toString(), Duration.ofSeconds(30));
      var image = "registry.invalid/plant/hello:1";
      try {
        await(podman.images().inRegistry(image));
        await(podman.images().pull(image, line -> {}, Promise.<Void>promise().future()));
        assertTrue(await(podman.images().find(image)).isPresent());
        await(podman.images().remove(image));
        assertFalse(await(podman.images().find(image)).isPresent());
      } finally {
        await(podman.close());
        await(vertx.close());
        process.destroy();
      }
    }
  }

  private static String login(String host, String image, int change) {
    var service =
        """
        {"name":"web","image":"%s","env":[{"name":"CHANGE","value":"%d"}]}\
        """
            .formatted(image, change);
    var registry =
        """
        {"host":"%s","secret":{"path":"registry","usernameKey":"user","passwordKey":"password"}}\
        """
            .formatted(host);
    return deployment("private", service)
        .replace("}]}}}", "}],\"registries\":[" + registry + "]}}}");
  }
}
