package io.nationtech.iot.callout.decide;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** Who a token is about, once it has passed every check of {@link TokenRules}. */
public record Identity(String issuer, String subject, Instant expiry, JsonNode claims) {
  /** Claims stay out of logs. */
  @Override
  public String toString() {
    return "Identity[" + subject + " of " + issuer + "]";
  }
}
