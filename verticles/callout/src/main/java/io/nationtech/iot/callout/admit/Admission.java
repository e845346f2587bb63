package io.nationtech.iot.callout.admit;

import io.nationtech.iot.callout.admit.Tokens.Verification;
import io.nationtech.iot.callout.decide.Decider;
import io.nationtech.iot.callout.decide.Decision;
import io.nationtech.iot.callout.decide.Decision.Allow;
import io.nationtech.iot.callout.decide.Decision.Deny;
import io.nationtech.iot.callout.decide.Policy;
import io.nationtech.iot.callout.decide.SignedToken;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.function.Supplier;

/** From a token to a decision, with what has to be asked and written on the way. */
public final class Admission {
  private final Supplier<Policy> policy;
  private final Tokens tokens;
  private final Pins pins;
  private final GroupPermissions groups;
  private final Clock clock;

  public Admission(
      Supplier<Policy> policy, Tokens tokens, Pins pins, GroupPermissions groups, Clock clock) {
    this.policy = policy;
    this.tokens = tokens;
    this.pins = pins;
    this.groups = groups;
    this.clock = clock;
  }

  /** Never fails: what goes wrong is a denial. */
  public Future<Decision> decide(String token) {
    if (token.isEmpty()) {
      return denied("no token");
    }
    if (token.length() > policy.get().tokens().maxBytes()) {
      return denied("the token is longer than the policy allows");
    }
    return tokens
        .verify(token)
        .compose(
            verification ->
                switch (verification) {
                  case Verification.Signed signed -> admit(signed.token());
                  case Verification.Unsigned unsigned -> denied(unsigned.reason());
                })
        .otherwise(e -> Deny.because("an error: " + e.getClass().getSimpleName()));
  }

  private Future<Decision> admit(SignedToken token) {
    return switch (decideNow(token)) {
      case Allow allow when allow.pin().isPresent() ->
          pins.claim(allow.pin().get())
              .compose(written -> settle(decideNow(token)))
              .otherwise(Deny.because("'" + allow.name() + "' can't be pinned now"));
      case Decision decision -> settle(decision);
    };
  }

  private Future<Decision> settle(Decision decision) {
    return switch (decision) {
      // Pinned a moment ago and gone again: nobody may come in on that.
      case Allow allow when allow.pin().isPresent() -> denied("the pin was lost");
      case Allow allow -> groups.of(allow.identity()).map(allow::with);
      case Deny deny -> {
        deny.impostor().ifPresent(pins::impostor);
        yield Future.succeededFuture(deny);
      }
      case Decision.Ignore ignore -> Future.succeededFuture(ignore);
    };
  }

  private Decision decideNow(SignedToken token) {
    return Decider.decide(policy.get(), token, pins::owner, clock.instant());
  }

  private static Future<Decision> denied(String reason) {
    return Future.succeededFuture(Deny.because(reason));
  }
}
