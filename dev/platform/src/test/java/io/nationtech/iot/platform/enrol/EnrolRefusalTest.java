package io.nationtech.iot.platform.enrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.platform.TokenClient;
import io.nationtech.iot.platform.ZitadelManagement.KeyFile;
import io.nationtech.iot.platform.ZitadelTokenEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can't be, and the words for it. */
class EnrolRefusalTest {
  private static ZitadelTokenEndpoint zitadel;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    zitadel = ZitadelTokenEndpoint.start();
  }

  @AfterAll
  static void stop() {
    zitadel.close();
  }

  private Said enrol(String... arguments) throws IOException {
    return Said.enrolling(zitadel, directory, arguments);
  }

  private KeyFile key(String device) {
    return KeyFile.read(directory.resolve(device).resolve("key.json")).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b", "*", ">", "", "Pi-1", "pi_1", "pi-", "pié", "../pi"})
  void whatIsNoDeviceIdIsRefusedBeforeAnybodyIsAsked(String id) throws IOException {
    enrol(id, "--issuer=http://localhost:1").hasCode(2).says("no device id");
  }

  static Stream<Arguments> wrongOptions() {
    return Stream.of(
        Arguments.of("--issuer=https://id.example/oauth", "https://host"),
        Arguments.of("--issuer=http://id.example", "a token is sent there"),
        Arguments.of("--token-file=/nowhere", "/nowhere can't be read"),
        Arguments.of("--token-file=/dev/null", "no token"),
        Arguments.of("--template=/nowhere", "/nowhere can't be read"),
        Arguments.of("--ca-file=/dev/null", "holds no certificate"),
        Arguments.of("--tokn=x", "Unknown option"));
  }

  @ParameterizedTest
  @MethodSource("wrongOptions")
  void aWrongOptionIsNamed(String option, String words) throws IOException {
    enrol("pi-options", option).hasCode(2).says(words);
  }

  @Test
  void withoutTheMostNeededOptionsTheyAreNamed() {
    Said.running(List.of("pi-1"))
        .hasCode(2)
        .says("--issuer")
        .says("--organisation")
        .says("--project");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("--issuer=http://localhost:1", "can't be reached"),
        Arguments.of("--organisation=1", "Org User Manager"),
        Arguments.of("--project=1", "Errors.Project.NotFound"),
        Arguments.of("--directory=/proc/none", "can't write"),
        Arguments.of("--kubectl=/nowhere", "kubectl is missing"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatCanNotBeDoneIsSaidInASentence(String option, String words) throws IOException {
    var said = enrol("pi-refused", option, "--apply").says(words);

    assertEquals(option.contains("kubectl") ? 69 : 1, said.code(), said.err());
    assertFalse(said.err().contains("\tat "), said.err());
  }

  @Test
  void aTokenThatTheProviderDoesNotKnowIsSaidToBeNone() throws IOException {
    enrol("pi-token", "--token-file=" + Files.writeString(directory.resolve("other"), "someone-s"))
        .hasCode(1)
        .says("does not know the token");
  }

  /** As a proxy before the provider does; the enroller's own token was good. */
  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aRefusalAtTheTokenEndpointIsTheDevicesAndNotTheEnrollers(int status) throws IOException {
    var endpoint = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    endpoint.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    endpoint.start();
    try {
      var issuer = URI.create("http://127.0.0.1:" + endpoint.getAddress().getPort());
      var enrolment =
          new Enrolment(
              new Fleet(issuer, zitadel.project(), zitadel.organisation(), "device"),
              zitadel.management(),
              new TokenClient(HttpClient.newHttpClient(), issuer.toString()),
              new AgentToml(""),
              directory,
              line -> {});
      var device = new DeviceId("pi-" + status);

      var e = assertThrows(Enrolment.Unusable.class, () -> enrolment.enrol(device, false));

      var said = String.valueOf(e.getMessage());
      assertTrue(said.startsWith("the device's account can't sign in"), said);
      assertTrue(said.contains("HTTP " + status), said);
    } finally {
      endpoint.stop(0);
    }
  }

  @Test
  void anAccountThatCanNotBeADevicesIsSaidToBeSo() throws IOException {
    var management = zitadel.management();
    management.createMachineUser("pi-opaque", "");
    enrol("pi-opaque", "--new-key").hasCode(1).says("to JWT");

    var viewer = management.createMachineUser("pi-viewer", "ACCESS_TOKEN_TYPE_JWT");
    management.grant(viewer, zitadel.project(), "viewer");
    enrol("pi-viewer", "--new-key").hasCode(1).says("granted it the role device");

    enrol("pi-inactive").hasCode(0);
    management.deactivate(key("pi-inactive").userId());
    enrol("pi-inactive").hasCode(1).says("Errors.User.NotActive");

    enrol("pi-unkeyed").hasCode(0);
    management.removeKey(key("pi-unkeyed"));
    enrol("pi-unkeyed").hasCode(1).says("was removed there");
  }
}
