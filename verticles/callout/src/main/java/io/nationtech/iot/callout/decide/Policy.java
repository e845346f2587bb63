package io.nationtech.iot.callout.decide;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is let in.
 *
 * @param trusts domains of trust; the first that fits a token counts
 * @param limits by template; none where it is absent
 * @param denied device ids and subjects that are kept out whatever their tokens say
 */
public record Policy(
    List<Trust> trusts, Map<Template, Limits> limits, Tokens tokens, Set<String> denied) {
  public Policy {
    trusts = List.copyOf(trusts);
    limits = Map.copyOf(limits);
    denied = Set.copyOf(denied);
  }

  /**
   * One project of one identity provider, and the accounts it opens.
   *
   * @param keysUrl where the provider publishes its keys
   * @param audience that a token must name
   * @param organisations whose grants of a role count
   */
  public record Trust(
      String issuer,
      String keysUrl,
      String project,
      String audience,
      Set<String> organisations,
      DeviceIdClaim deviceId,
      Pinning pinning,
      List<Role> roles,
      Accounts accounts) {
    public Trust {
      organisations = Set.copyOf(organisations);
      roles = List.copyOf(roles);
    }
  }

  /** The project's name of a role, and what it may do here; earlier ones come first. */
  public record Role(String name, Template template) {}

  /** Names of NATS accounts. */
  public record Accounts(String devices, String people) {}

  /** Where the device id stands in a token: a JSON pointer, and how the value is written. */
  public record DeviceIdClaim(String pointer, Encoding encoding) {}

  public enum Encoding {
    PLAIN,
    BASE64URL
  }

  /** How a device id comes to belong to an identity. */
  public enum Pinning {
    /** The first one that comes with it. */
    FIRST_USE,
    /** Only as the Device resource says. */
    DECLARED
  }

  /** What every token must keep to. */
  public record Tokens(int maxBytes, Duration leeway) {}
}
