package io.nationtech.iot.agent.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.agent.identity.PemKey;
import io.nationtech.iot.agent.identity.ServiceKey;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** A service account's key file, as Zitadel hands it out. */
public final class KeyFile {
  private KeyFile() {}

  /** Blocks; fails with what is wrong with the file, and nothing of what it holds. */
  public static ServiceKey read(Path file) throws IOException {
    var text = OwnerOnly.read(file);
    try {
      var json = CanonicalJson.parse(text);
      if (!json.path("type").asText().equals("serviceaccount")) {
        throw new IOException("is not a key file: type is not serviceaccount");
      }
      return new ServiceKey(
          text(json, "keyId"),
          text(json, "userId"),
          PemKey.read(text(json, "key")),
          expirationDate(json));
    } catch (MalformedDocumentException e) {
      throw new IOException("is not a key file: it " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IOException("is not a key file: key is " + e.getMessage(), e);
    }
  }

  private static String text(JsonNode json, String name) throws IOException {
    var value = json.path(name).asText();
    if (value.isEmpty()) {
      throw new IOException("is not a key file: " + name + " is missing");
    }
    return value;
  }

  private static Optional<Instant> expirationDate(JsonNode json) throws IOException {
    if (!json.has("expirationDate")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(json.path("expirationDate").asText()));
    } catch (DateTimeException e) {
      throw new IOException("is not a key file: expirationDate is not a time", e);
    }
  }
}
