package io.nationtech.iot.callout.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nationtech.iot.callout.decide.Limits;
import io.nationtech.iot.callout.decide.Policy;
import io.nationtech.iot.callout.decide.Template;
import io.nationtech.iot.platform.Images;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a policy file says, and what is wrong with it. */
class PolicyTextTest {
  private static final String SHORT =
      """
      trust:
      - issuer: https://id.example
        project: 400934598453759014
        organisations: [400934568993033254]
        roles: {device: device}
      """;

  @Test
  void aShortPolicyHasTheUsualRest() throws Exception {
    var policy = PolicyText.parse(SHORT);
    var trust = policy.trusts().getFirst();
    assertEquals("https://id.example/oauth/v2/keys", trust.keysUrl());
    assertEquals("400934598453759014", trust.audience());
    assertEquals(new Policy.DeviceIdClaim("/client_id", Policy.Encoding.PLAIN), trust.deviceId());
    assertEquals(Policy.Pinning.FIRST_USE, trust.pinning());
    assertEquals(new Policy.Accounts("DEV", "OPS"), trust.accounts());
    assertEquals(new Policy.Tokens(8192, Duration.ofSeconds(10)), policy.tokens());
    assertEquals(Limits.NONE, policy.limits().get(Template.DEVICE));
  }

  @Test
  void aWholePolicyIsReadInItsOrder() throws Exception {
    var policy =
        PolicyText.parse(
            """
            trust:
            - issuer: https://id.example
              keysUrl: http://zitadel.svc/oauth/v2/keys
              project: "1"
              audience: "2"
              organisations: ["3", "4"]
              deviceId: {claim: "/urn:zitadel:iam:user:metadata/device_id", encoding: base64url}
              pin: declared
              roles: {machine: device, boss: operator, helper: support, guest: viewer}
              accounts: {devices: PLANT-DEV, people: PLANT-OPS}
            limits:
              device: {subscriptions: 16, payloadBytes: 81920, dataBytes: 1000}
            tokens: {maxBytes: 4096, leewaySeconds: 0}
            denied: [pi-7, "4711"]
            """);
    var trust = policy.trusts().getFirst();
    assertEquals(Set.of("3", "4"), trust.organisations());
    assertEquals(
        List.of(
            new Policy.Role("machine", Template.DEVICE),
            new Policy.Role("boss", Template.OPERATOR),
            new Policy.Role("helper", Template.SUPPORT),
            new Policy.Role("guest", Template.VIEWER)),
        trust.roles());
    assertEquals(Policy.Pinning.DECLARED, trust.pinning());
    assertEquals(new Limits(16, 81920, 1000), policy.limits().get(Template.DEVICE));
    assertEquals(Set.of("pi-7", "4711"), policy.denied());
  }

  /** The page, and the groups that kubectl's rights are bound to, speak of the same roles. */
  @Test
  void thePolicyOfTheDocumentationIsGoodAndNamesTheRolesOfKubernetes() throws Exception {
    var page = Files.readString(Images.root().resolve("docs/callout.md"));
    var example = page.substring(page.indexOf("```yaml\n") + 8);

    var policy = PolicyText.parse(example.substring(0, example.indexOf("```")));

    var people =
        policy.trusts().getFirst().roles().stream()
            .filter(role -> role.template() != Template.DEVICE)
            .map(Policy.Role::name)
            .collect(Collectors.toSet());
    var bindings = Files.readString(Images.root().resolve("examples/people/roles.yaml"));
    var groups =
        Pattern.compile("\"iot:([a-z-]+)\"")
            .matcher(bindings)
            .results()
            .map(group -> group.group(1))
            .collect(Collectors.toSet());
    assertEquals(Set.of("viewer", "support", "fleet-operator"), people);
    assertEquals(people, groups);
  }

  @Test
  void allProblemsAreNamedTogether() {
    var e =
        assertThrows(
            PolicyException.class,
            () ->
                PolicyText.parse(
                    """
                    trust:
                    - issuer: id.example/
                      deviceId: {claim: client_id, encoding: base32}
                      pin: never
                      roles: {device: devices}
                      accounts: {devices: HUB}
                      organization: ["1"]
                    limits: {device: {subscriptions: 0}, everyone: {}}
                    tokens: {maxBytes: many}
                    denied: pi-1
                    """));
    assertEquals(
        List.of(
                "trust[0].issuer must be a URL without a slash at its end",
                "trust[0].project is missing",
                "trust[0].deviceId.claim must be a JSON pointer such as /client_id",
                "trust[0].deviceId.encoding must be one of plain, base64url",
                "trust[0].pin must be one of first-use, declared",
                "trust[0].roles.device must be one of device, viewer, support, operator",
                "trust[0].accounts.devices can't be HUB",
                "trust[0].keysUrl must be a URL",
                "trust[0].organisations must list whose grants count",
                "trust[0].roles must name at least one role",
                "trust[0].organization is not known",
                "limits.device.subscriptions must be a whole number from 1 to 2147483647",
                "limits.everyone is not known",
                "tokens.maxBytes must be a whole number from 256 to 65536",
                "denied must be a list")
            .stream()
            .sorted()
            .toList(),
        List.of(String.valueOf(e.getMessage()).split("; ")).stream().sorted().toList());
  }

  @Test
  void whatIsNoPolicyIsRefused() {
    for (var text :
        List.of("", "[]", "a: [", "trust: []", "trust: {a: 1}", "a: 1\na: 2", SHORT + "x: 1")) {
      assertThrows(PolicyException.class, () -> PolicyText.parse(text), text);
    }
  }
}
