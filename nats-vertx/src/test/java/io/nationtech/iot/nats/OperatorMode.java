package io.nationtech.iot.nats;

import io.nats.client.NKey;
import io.nats.client.support.JwtUtils;
import java.security.SecureRandom;
import java.time.Duration;

/** An operator with one account, as nsc makes them, and users of that account. */
final class OperatorMode {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String NO_LIMITS =
      """
      {"limits":{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1},
      "default_permissions":{"pub":{},"sub":{}},"type":"account","version":2}""";

  private final NKey operator;
  private final NKey account;

  OperatorMode() throws Exception {
    operator = NKey.createOperator(RANDOM);
    account = NKey.createAccount(RANDOM);
  }

  String configuration() throws Exception {
    return "operator: %s\nresolver: MEMORY\nresolver_preload: { %s: %s }\n"
        .formatted(
            signed(operator, "{\"type\":\"operator\",\"version\":2}"),
            new String(account.getPublicKey()),
            signed(account, NO_LIMITS));
  }

  private String signed(NKey subject, String claims) throws Exception {
    return JwtUtils.issueJWT(
        operator,
        new String(subject.getPublicKey()),
        "test",
        null,
        JwtUtils.currentTimeSeconds(),
        new String(operator.getPublicKey()),
        () -> claims);
  }

  /** The text of a credentials file that is valid for {@code life}. */
  String user(String name, Duration life) throws Exception {
    var user = NKey.createUser(RANDOM);
    var jwt =
        JwtUtils.issueUserJWT(
            account,
            new String(account.getPublicKey()),
            new String(user.getPublicKey()),
            name,
            life);
    return JwtUtils.NATS_USER_JWT_FORMAT.formatted(jwt, new String(user.getSeed()));
  }
}
