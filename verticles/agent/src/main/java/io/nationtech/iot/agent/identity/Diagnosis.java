package io.nationtech.iot.agent.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a failure means, for the person at the device: Zitadel says HTTP 500 for every assertion it
 * does not like, whatever the cause, and for errors of its own.
 *
 * @param sentence without what the agent does next
 */
public record Diagnosis(Kind kind, String sentence) {
  /** One journal line a kind, until it changes. */
  public enum Kind {
    OUTAGE,
    KEY_EXPIRED,
    CLOCK_OFF,
    KEY_UNKNOWN_OR_PROVIDER_ILL,
    DEACTIVATED,
    OPAQUE_TOKEN,
    NO_KEY,
    REFUSED
  }

  /** An assertion says it was made a minute ago, and must not come from the future. */
  private static final Duration MOST_AHEAD = Duration.ofSeconds(59);

  /** An assertion is taken for an hour. */
  private static final Duration MOST_BEHIND = Duration.ofMinutes(58);

  private static final int MINUTE = 60;
  private static final int HOUR = 60 * MINUTE;
  private static final int DAY = 24 * HOUR;
  private static final String NOT_ACTIVE = "Errors.User.NotActive";

  /**
   * {@code key}: the one that was used; {@code now}: by the clock that the assertion was made at.
   */
  public static Diagnosis of(Failure failure, Optional<ServiceKey> key, Instant now) {
    return switch (failure) {
      case Failure.NoAnswer none ->
          new Diagnosis(Kind.OUTAGE, "the identity provider can't be reached: " + none.reason());
      case Failure.NoKey none -> new Diagnosis(Kind.NO_KEY, none.reason());
      case Failure.OpaqueToken opaque ->
          new Diagnosis(
              Kind.OPAQUE_TOKEN,
              "the identity provider gave an opaque token: the access token type of "
                  + user(key)
                  + " must be JWT there");
      case Failure.Answer answer -> ofAnswer(answer, key, now);
    };
  }

  private static Diagnosis ofAnswer(Failure.Answer answer, Optional<ServiceKey> key, Instant now) {
    return switch (answer.status()) {
      case 500 -> ofInternalError(answer, key, now);
      case 429, 502, 503, 504 ->
          new Diagnosis(Kind.OUTAGE, "the identity provider answers HTTP " + answer.status());
      default ->
          answer.description().contains(NOT_ACTIVE)
              ? new Diagnosis(
                  Kind.DEACTIVATED, user(key) + " is deactivated at the identity provider")
              : new Diagnosis(Kind.REFUSED, refusal(answer));
    };
  }

  private static Diagnosis ofInternalError(
      Failure.Answer answer, Optional<ServiceKey> key, Instant now) {
    var there = answer.date().orElse(now);
    var expired = key.flatMap(ServiceKey::expires).filter(date -> !there.isBefore(date));
    if (expired.isPresent()) {
      return new Diagnosis(
          Kind.KEY_EXPIRED,
          key(key) + " expired at " + expired.get() + ": it needs a new key file");
    }
    var behind = Duration.between(now, there);
    if (behind.compareTo(MOST_BEHIND) > 0 || behind.negated().compareTo(MOST_AHEAD) > 0) {
      return new Diagnosis(
          Kind.CLOCK_OFF, "this machine's clock is " + off(behind) + " the identity provider's");
    }
    return new Diagnosis(
        Kind.KEY_UNKNOWN_OR_PROVIDER_ILL,
        "the identity provider answers HTTP 500: either "
            + key(key)
            + " is not known there any more, or the provider itself is ill");
  }

  private static String refusal(Failure.Answer answer) {
    var host =
        answer.status() == 404 ? "; is identity.issuer the very name it was set up with?" : "";
    return "the identity provider refuses: HTTP %d %s %s"
            .formatted(answer.status(), answer.error(), answer.description())
            .strip()
        + host;
  }

  private static String user(Optional<ServiceKey> key) {
    return "user " + key.map(ServiceKey::userId).orElse("unknown");
  }

  private static String key(Optional<ServiceKey> key) {
    return "key " + key.map(ServiceKey::keyId).orElse("unknown") + " of " + user(key);
  }

  /** {@code behind} in words: "3 hours behind". */
  public static String off(Duration behind) {
    long seconds = Math.round(behind.abs().toMillis() / 1000.0);
    var words =
        seconds < 2 * MINUTE
            ? seconds + " s"
            : seconds < 2 * HOUR
                ? Math.round(seconds / (double) MINUTE) + " minutes"
                : seconds < 2 * DAY
                    ? Math.round(seconds / (double) HOUR) + " hours"
                    : Math.round(seconds / (double) DAY) + " days";
    return words + (behind.isNegative() ? " ahead of" : " behind");
  }
}
