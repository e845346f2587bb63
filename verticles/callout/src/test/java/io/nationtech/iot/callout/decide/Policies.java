package io.nationtech.iot.callout.decide;

import io.nationtech.iot.callout.Claims;
import io.nationtech.iot.callout.decide.Policy.DeviceIdClaim;
import io.nationtech.iot.callout.decide.Policy.Encoding;
import io.nationtech.iot.callout.decide.Policy.Pinning;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The policies that decisions are tried on. */
final class Policies {
  static final String ISSUER = "https://id.example";
  private static final DeviceIdClaim NAME = new DeviceIdClaim("/client_id", Encoding.PLAIN);

  static final Policy PINS_AT_FIRST_USE = policy(Pinning.FIRST_USE, NAME);
  static final Policy PINS_WHAT_IS_DECLARED = policy(Pinning.DECLARED, NAME);
  static final Policy ID_IN_METADATA =
      policy(
          Pinning.FIRST_USE,
          new DeviceIdClaim("/urn:zitadel:iam:user:metadata/device_id", Encoding.BASE64URL));

  private Policies() {}

  private static Policy policy(Pinning pinning, DeviceIdClaim claim) {
    var trust =
        new Policy.Trust(
            ISSUER,
            ISSUER + "/oauth/v2/keys",
            Claims.PROJECT,
            Claims.PROJECT,
            Set.of(Claims.ORGANISATION),
            claim,
            pinning,
            List.of(
                new Policy.Role("device", Template.DEVICE),
                new Policy.Role("fleet-operator", Template.OPERATOR),
                new Policy.Role("support", Template.SUPPORT),
                new Policy.Role("viewer", Template.VIEWER)),
            new Policy.Accounts("DEV", "OPS"));
    return new Policy(
        List.of(trust),
        Map.of(Template.DEVICE, new Limits(16, 81920, -1)),
        new Policy.Tokens(8192, Duration.ofSeconds(10)),
        Set.of("stolen", "pi-stolen"));
  }
}
