package io.nationtech.iot.callout.decide;

import com.fasterxml.jackson.databind.JsonNode;

/** Both halves of a token whose signature is its issuer's; nothing else of it was checked. */
public record SignedToken(JsonNode header, JsonNode claims) {
  @Override
  public String toString() {
    return "SignedToken";
  }
}
