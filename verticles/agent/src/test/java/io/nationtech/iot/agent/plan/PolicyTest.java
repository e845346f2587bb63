package io.nationtech.iot.agent.plan;

import static io.nationtech.iot.agent.plan.Given.web;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What this device's owner lets the fleet do here. */
class PolicyTest {
  private static final Policy NOTHING = new Policy(List.of(), List.of(), false, false);
  private static final Policy PLC =
      new Policy(List.of("/srv/plc", "/opt/data/"), List.of(), false, false);

  @ParameterizedTest
  @ValueSource(strings = {"/srv/plc", "/srv/plc/", "/opt/data"})
  void aListedPathIsAllowed(String path) {
    assertEquals(Map.of(), refusals(PLC, path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/srv",
        "/srv/plc-other",
        "/srv/plc/a/b",
        "/srv//plc",
        "/srv/./plc",
        "/srv/plcs/a",
        "/srv/PLC",
        "/etc",
        "/srv/plc/../other",
        "/srv/plc/..",
        "/srv/plc/../../etc/shadow",
        "/srv/plc/a/../../../etc",
        "/srv/other/../plc-other",
        "//etc",
        "/./etc"
      })
  void anythingElseIsRefusedWithTheFieldAndTheSetting(String path) {
    var refusal = Objects.requireNonNull(refusals(PLC, path).get("app"));
    assertEquals("NotAllowedByPolicy", refusal.reason());
    assertTrue(refusal.message().contains("service 'web'"), refusal.message());
    assertTrue(refusal.message().contains("hostPath " + path), refusal.message());
    assertTrue(refusal.message().contains("[policy] host_paths"), refusal.message());
  }

  @Test
  void aPathThatIsNoneIsRefusedAndNotACrash() {
    assertEquals(1, refusals(PLC, "/srv/plc/\\u0000").size());
  }

  /** The kernel follows a link before it goes up: /srv/plc/link/.. can be anywhere. */
  @Test
  void aPathThatGoesUpIsRefusedEvenWhereItSeemsToStayInside() {
    assertEquals(1, refusals(PLC, "/srv/plc/link/../secret").size());
    assertEquals(1, refusals(PLC, "/srv/other/../plc").size());
  }

  /** What is in a listed directory may be a link that a container left there. */
  @Test
  void aRootThatIsListedAllowsNothingElse() {
    var all = new Policy(List.of("/"), List.of(), false, false);
    assertEquals(Map.of(), refusals(all, "/"));
    assertEquals(1, refusals(all, "/etc/shadow").size());
  }

  @Test
  void aNamedVolumeNeedsNoPermission() {
    var spec = web(1, "\"volumes\":[{\"name\":\"data\",\"mountPath\":\"/etc\"}]");
    assertEquals(Map.of(), new Given().policy(NOTHING).wants("app", spec).refusals());
  }

  @Test
  void thePrivilegedAndTheHostsNetworkAreRefusedUnlessAllowed() {
    var privileged = web(1, "\"privileged\":true");
    var host = web(1, "\"network\":\"host\"");
    var allowed = new Policy(List.of(), List.of(), true, true);
    for (var spec : List.of(privileged, host)) {
      assertEquals(Map.of(), new Given().policy(allowed).wants("app", spec).refusals());
      assertEquals(1, new Given().policy(NOTHING).wants("app", spec).refusals().size());
    }
    assertEquals(1, new Given().policy(PLC).wants("app", web(1), host).refusals().size());
    var one = new Policy(List.of(), List.of(), true, false);
    assertEquals(1, new Given().policy(one).wants("app", privileged).refusals().size());
    assertEquals(
        Map.of(),
        new Given().policy(NOTHING).wants("app", web(1, "\"network\":\"none\"")).refusals());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/ttyUSB0", "/dev/ttyUSB", "/dev/gpio.chip", "/dev/serial/by-id/x"})
  void aDeviceThatAGlobMatchesIsAllowed(String path) {
    assertEquals(Map.of(), device(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dev/mem",
        "/dev/ttyACM0",
        "/dev/ttyUSB/0",
        "/dev/gpioXchip",
        "/x/dev/ttyUSB0",
        "/dev/TTYUSB0",
        "/dev/serial/by-id",
        "/dev/serial/by-id/x/y"
      })
  void anyOtherDeviceIsRefusedWithTheFieldAndTheSetting(String path) {
    var refusal = Objects.requireNonNull(device(path).get("app"));
    assertEquals(
        "service 'web': device %s is not allowed by [policy] devices of this device"
            .formatted(path),
        refusal.message());
  }

  private static Map<String, Refusal> device(String path) {
    var devices = List.of("/dev/ttyUSB*", "/dev/gpio.chip", "/dev/serial/by-id/*");
    var spec = web(1, "\"devices\":[{\"hostPath\":\"" + path + "\"}]");
    var policy = new Policy(List.of(), devices, false, false);
    return new Given().policy(policy).wants("app", spec).refusals();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NET_BIND_SERVICE", "CAP_CHOWN"})
  void aCapabilityThatAContainerHasAnywayNeedsNoPermission(String capability) {
    assertEquals(Map.of(), capability(NOTHING, capability));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ALL", "SYS_ADMIN", "CAP_SYS_MODULE", "NET_ADMIN", "DAC_READ_SEARCH"})
  void anyOtherCapabilityIsAsGoodAsPrivileged(String capability) {
    assertEquals(1, capability(NOTHING, capability).size());
    assertEquals(Map.of(), capability(new Policy(List.of(), List.of(), false, true), capability));
  }

  private static Map<String, Refusal> capability(Policy policy, String capability) {
    var spec = web(1, "\"capabilities\":{\"add\":[\"" + capability + "\"]}");
    return new Given().policy(policy).wants("app", spec).refusals();
  }

  private static Map<String, Refusal> refusals(Policy policy, String path) {
    var spec = web(1, "\"volumes\":[{\"hostPath\":\"" + path + "\",\"mountPath\":\"/plc\"}]");
    return new Given().policy(policy).wants("app", spec).refusals();
  }
}
