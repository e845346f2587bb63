package io.nationtech.iot.agent.zitadel;

import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.Timekeeper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;

/** One question to the identity provider, for a person who asks whether it would give a token. */
public final class Trial {
  private Trial() {}

  /** Why it gives none; empty where it does. The token is forgotten. */
  public static Future<Optional<String>> ask(
      Vertx vertx, Identity.Zitadel identity, Timekeeper clock) {
    var endpoint = new TokenEndpoint(vertx, identity, clock, clock::heard);
    return endpoint
        .ask()
        .map(granted -> Optional.<String>empty())
        .otherwise(
            e ->
                Optional.of(
                    e instanceof NotGranted refusal
                        ? refusal.diagnosis().sentence()
                        : Reasons.words(e)))
        .eventually(endpoint::close);
  }
}
