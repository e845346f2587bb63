package io.nationtech.iot.agent.zitadel;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.agent.config.KeyFile;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.Token;
import io.nationtech.iot.agent.store.DurableFile;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The last token, on disk, so that a device that boots while the identity provider is away connects
 * all the same. Blocks.
 */
public final class Kept {
  private final Identity.Zitadel identity;
  private final DurableFile file;

  public Kept(Identity.Zitadel identity, Path directory) {
    this.identity = identity;
    this.file = new DurableFile(directory.resolve("token.json"));
  }

  /** Only one of the very identity that is configured now. */
  public Optional<Token> load() {
    try {
      var user = KeyFile.read(identity.keyFile()).userId();
      return file.load(this::decode)
          .flatMap(token -> token)
          .filter(token -> token.subject().equals(user));
    } catch (IOException e) {
      // What is wrong with the key file is said where a token is asked for.
      return Optional.empty();
    }
  }

  private Optional<Token> decode(String text) throws MalformedDocumentException {
    var json = CanonicalJson.parse(text);
    return json.path("issuer").asText().equals(identity.issuer().toString())
            && json.path("project").asText().equals(identity.project())
        ? AccessToken.read(json.path("token").asText())
        : Optional.empty();
  }

  void save(Token token) throws IOException {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("issuer", identity.issuer().toString())
            .put("project", identity.project())
            .put("token", token.value());
    file.save(CanonicalJson.write(json));
  }
}
