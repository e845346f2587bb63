package io.nationtech.iot.agent.identity;

import java.time.Instant;
import java.util.Optional;

/** Why there is no new token. */
public sealed interface Failure {
  /**
   * The identity provider refused.
   *
   * @param date the time at the provider
   */
  record Answer(int status, String error, String description, Optional<Instant> date)
      implements Failure {}

  /** There was no answer, or not from whom it should have come. */
  record NoAnswer(String reason) implements Failure {}

  /** A token that nobody can verify by itself. */
  record OpaqueToken() implements Failure {}

  /** The key file can't be used. */
  record NoKey(String reason) implements Failure {}
}
