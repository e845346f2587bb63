package io.nationtech.iot.callout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** Claims as Zitadel writes them into an access token. */
public final class Claims {
  public static final String PROJECT = "400934598453759014";
  public static final String ORGANISATION = "400934568993033254";
  public static final String ROLES = "urn:zitadel:iam:org:project:" + PROJECT + ":roles";

  private Claims() {}

  /** Of a device whose service account is {@code name}. */
  public static ObjectNode device(String issuer, String name, Instant now) {
    var claims = of(issuer, "subject-of-" + name, "device", now);
    return claims.put("client_id", name);
  }

  /** Of anybody with one role. */
  public static ObjectNode of(String issuer, String subject, String role, Instant now) {
    var claims = JsonNodeFactory.instance.objectNode();
    claims
        .put("iss", issuer)
        .put("sub", subject)
        .put("client_id", "app")
        .put("jti", "V2_1-at_" + subject)
        .put("iat", now.getEpochSecond())
        .put("nbf", now.getEpochSecond())
        .put("exp", now.getEpochSecond() + 3600);
    claims.putArray("aud").add(PROJECT);
    claims.putObject(ROLES).putObject(role).put(ORGANISATION, "test.localhost");
    return claims;
  }
}
