package io.nationtech.iot.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * Who a device id belongs to, {@code device-identity / <device>}: a name can be made again or
 * elsewhere, these three can't.
 *
 * @param issuer of the tokens
 * @param subject the identity provider's own id of the service account
 * @param organisation that granted the role
 */
public record IdentityDocument(String issuer, String subject, String organisation) {
  /** Reads a document; all three must be there. */
  public static IdentityDocument decode(byte[] json) throws MalformedDocumentException {
    return of(CanonicalJson.parse(json));
  }

  /** Reads {@code {"issuer":..,"subject":..,"organisation":..}}; all three must be there. */
  public static IdentityDocument of(JsonNode json) throws MalformedDocumentException {
    var fields = Fields.of("", json);
    return new IdentityDocument(
        fields.text("issuer"), fields.text("subject"), fields.text("organisation"));
  }

  /** The document as canonical JSON. */
  public String encode() {
    return CanonicalJson.write(
        JsonNodeFactory.instance
            .objectNode()
            .put("issuer", issuer)
            .put("subject", subject)
            .put("organisation", organisation));
  }
}
