package io.nationtech.iot.agent.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A NATS user's JWT and seed in one file, as nsc writes it.
 *
 * @param jwt not secret by itself
 * @param expires where it does
 */
public record CredsFile(String jwt, Optional<Instant> expires) {
  private static final Pattern JWT =
      Pattern.compile("-BEGIN NATS USER JWT-+\\s+[\\w-]+\\.([\\w-]+)\\.[\\w-]+\\s+-+END NATS");

  /** Blocks; fails with what is wrong with the file, and nothing of what it holds. */
  public static CredsFile read(Path file) throws IOException {
    var text = OwnerOnly.read(file);
    var jwt = JWT.matcher(text);
    if (!jwt.find() || !text.contains("BEGIN USER NKEY SEED")) {
      throw new IOException("is not a NATS credentials file");
    }
    return new CredsFile(
        jwt.group(),
        Optional.of(claims(jwt.group(1)).path("exp").asLong())
            .filter(seconds -> seconds > 0)
            .map(Instant::ofEpochSecond));
  }

  private static JsonNode claims(String encoded) throws IOException {
    try {
      return CanonicalJson.parse(new String(Base64.getUrlDecoder().decode(encoded), UTF_8));
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      throw new IOException("is not a NATS credentials file: its JWT can't be read", e);
    }
  }

  @Override
  public String toString() {
    return "CredsFile[expires=" + expires + "]";
  }
}
