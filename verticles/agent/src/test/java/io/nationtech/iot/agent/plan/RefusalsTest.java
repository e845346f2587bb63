package io.nationtech.iot.agent.plan;

import static io.nationtech.iot.agent.plan.Given.LONG_AGO;
import static io.nationtech.iot.agent.plan.Given.deployment;
import static io.nationtech.iot.agent.plan.Given.service;
import static io.nationtech.iot.agent.plan.Given.web;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which deployments are not carried out, and what is said of them. */
class RefusalsTest {
  private static final Instant LATER = LONG_AGO.plusSeconds(1);

  @Test
  void theOlderOfTwoThatWantOnePortWinsWhateverTheirNames() {
    for (var older : List.of("a", "z")) {
      var refused =
          new Given()
              .wants(older, since(LONG_AGO, port(80)))
              .wants("m", since(LATER, port(80)))
              .refusals();
      assertEquals(Set.of("m"), refused.keySet());
      var refusal = Objects.requireNonNull(refused.get("m"));
      assertEquals(Phase.Failed, refusal.phase());
      assertEquals("PortConflict", refusal.reason());
      assertTrue(refusal.message().contains("'" + older + "'"), refusal.message());
      assertTrue(refusal.message().contains("'m'"), refusal.message());
      assertTrue(refusal.message().contains("80"), refusal.message());
    }
  }

  @Test
  void onePortTwiceInOneDeploymentIsRefusedWithBothServices() {
    var refused = new Given().wants("a", since(LONG_AGO, port(80), port("db", 80))).refusals();
    var message = Objects.requireNonNull(refused.get("a")).message();
    assertEquals("port 80/TCP is wanted by services 'web' and 'db' of 'a'", message);
  }

  @Test
  void twoOfOneAgeAreDecidedByNameSoThatTheAnswerStays() {
    var refused =
        new Given()
            .wants("b", since(LONG_AGO, port(80)))
            .wants("a", since(LONG_AGO, port(80)))
            .refusals();
    assertEquals(Set.of("b"), refused.keySet());
  }

  @Test
  void aDeploymentThatIsRefusedTakesNoPortFromAThird() {
    var refused =
        new Given()
            .wants("a", since(LONG_AGO, port(80)))
            .wants("b", since(LATER, port(80), port("db", 81)))
            .wants("c", since(LATER.plusSeconds(1), port(81)))
            .refusals();
    assertEquals(Set.of("b"), refused.keySet());
    var forbidden =
        new Given()
            .wants("a", since(LONG_AGO, service("web", "a", PORT_80, "\"privileged\":true")))
            .wants("b", since(LATER, port(80)))
            .refusals();
    assertEquals(Set.of("a"), forbidden.keySet());
  }

  @Test
  void theSamePortOverAnotherProtocolOrOnNoHostPortIsNoConflict() {
    var udp = "\"ports\":[{\"containerPort\":80,\"hostPort\":80,\"protocol\":\"UDP\"}]";
    var inside = "\"ports\":[{\"containerPort\":80}]";
    var given =
        new Given()
            .wants("a", since(LONG_AGO, port(80)))
            .wants("b", since(LATER, web(1, udp)))
            .wants("c", since(LATER, web(1, inside)));
    assertEquals(Map.of(), given.refusals());
  }

  @Test
  void theSamePortOnAnotherAddressIsNoConflictButAllAddressesAre() {
    var loopback = address("127.0.0.1");
    assertEquals(Set.of(), conflicts(loopback, address("10.0.0.9")));
    assertEquals(Set.of("b"), conflicts(loopback, address("127.0.0.1")));
    assertEquals(Set.of("b"), conflicts(loopback, address("0.0.0.0")));
    assertEquals(Set.of("b"), conflicts(loopback, address("::")));
    assertEquals(Set.of("b"), conflicts(loopback, address("")));
    assertEquals(Set.of("b"), conflicts(loopback, port(80)));
    assertEquals(Set.of("b"), conflicts(port(80), loopback));
  }

  @Test
  void theOlderOfTwoThatWantOneDeviceHasItAndServicesOfOneDeploymentMayShareIt() {
    var tty = "\"devices\":[{\"hostPath\":\"/dev/tty0\"}]";
    var given =
        new Given()
            .policy(new Policy(List.of(), List.of("/dev/tty0"), false, false))
            .wants("a", since(LATER, web(1, tty)))
            .wants("b", since(LONG_AGO, web(1, tty), service("db", "hello:1", tty)));
    var refusal = Objects.requireNonNull(given.refusals().get("a"));
    assertEquals("DeviceConflict", refusal.reason());
    assertEquals(
        "device /dev/tty0 is used by deployment 'b', which is older than 'a'", refusal.message());
    assertEquals(1, given.refusals().size());
  }

  private static Set<String> conflicts(String older, String newer) {
    return new Given()
        .wants("a", since(LONG_AGO, older))
        .wants("b", since(LATER, newer))
        .refusals()
        .keySet();
  }

  private static String address(String ip) {
    return web(1, "\"ports\":[{\"containerPort\":80,\"hostPort\":80,\"hostIP\":\"" + ip + "\"}]");
  }

  @Test
  void aDeploymentThatNeedsSecretsWhereThereAreNoneIsUnsupportedAndTheOthersGoOn() {
    var secret = "{\"name\":\"token\",\"path\":\"a\",\"key\":\"k\",\"env\":\"T\"}";
    var given =
        new Given().wants("secret", web(1, "\"secrets\":[" + secret + "]")).wants("fine", web(1));
    assertEquals(Map.of(), given.refusals());
    var refused = given.secretsMissing("not today").refusals();
    assertEquals(Set.of("secret"), refused.keySet());
    assertEquals(
        new Refusal(
            Phase.Unsupported,
            "SecretsNotAvailable",
            "service 'web' needs secret 'token': not today"),
        refused.get("secret"));
  }

  @Test
  void anUnknownScoreOrFieldIsUnsupportedAndNamesIt() {
    var unknown = web(1, "\"tomorrow\":true");
    var refused =
        new Given()
            .wants("fields", since(LONG_AGO, unknown))
            .wants("window", deployment(LONG_AGO, "{\"lock\":{}}", web(1)))
            .wants("fine", web(1))
            .refusals();
    assertEquals(Set.of("fields", "window"), refused.keySet());
    var fields = Objects.requireNonNull(refused.get("fields"));
    assertEquals(Phase.Unsupported, fields.phase());
    assertEquals("FieldNotSupported", fields.reason());
    assertTrue(fields.message().contains("tomorrow"), fields.message());
    var window = Objects.requireNonNull(refused.get("window"));
    assertTrue(window.message().contains("update.lock"), window.message());
  }

  private static final String PORT_80 = "\"ports\":[{\"containerPort\":80,\"hostPort\":80}]";

  private static Deployment since(Instant since, String... services) {
    return deployment(since, "{}", services);
  }

  private static String port(int port) {
    return port("web", port);
  }

  private static String port(String name, int port) {
    return service(
        name, "hello:1", "\"ports\":[{\"containerPort\":80,\"hostPort\":%d}]".formatted(port));
  }
}
