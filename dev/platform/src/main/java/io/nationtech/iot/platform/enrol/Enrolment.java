package io.nationtech.iot.platform.enrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.SecretFile;
import io.nationtech.iot.platform.SignedToken;
import io.nationtech.iot.platform.TokenClient;
import io.nationtech.iot.platform.ZitadelManagement;
import io.nationtech.iot.platform.ZitadelManagement.KeyFile;
import io.nationtech.iot.platform.ZitadelRefusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes what a device needs to sign in: its service account with the role, a key, and its files.
 * What is there already stays, files too, so that a run that broke off can be repeated. Blocks.
 *
 * @param directory where each device gets a directory of its own
 * @param tell hears one line a step
 */
public record Enrolment(
    Fleet fleet,
    ZitadelManagement management,
    TokenClient tokens,
    AgentToml agent,
    Path directory,
    Consumer<String> tell) {
  static final String KEY = "key.json";
  static final String AGENT = "agent.toml";
  static final String RESOURCE = "device.yaml";

  /** In the account's metadata, where a policy takes the device's id from there. */
  private static final String METADATA = "device_id";

  private static final int ATTEMPTS = 4;
  private static final int PAUSE_MILLIS = 500;
  private static final int EXISTS = 409;
  private static final int PROVIDERS_OWN_FAULT = 500;

  /** The device can't sign in; the message says why, and what to do. */
  public static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }
  }

  /**
   * A device that may sign in.
   *
   * @param key where it is at hand
   * @param token that was got with it
   */
  public record Enrolled(Path directory, Optional<KeyFile> key, Optional<SignedToken> token) {
    public Path agentToml() {
      return directory.resolve(AGENT);
    }

    public Path resource() {
      return directory.resolve(RESOURCE);
    }
  }

  /** {@code newKey}: one more key, in place of the file's, where the account is not a new one. */
  public Enrolled enrol(DeviceId device, boolean newKey) {
    var files = SecretFile.directory(directory.resolve(device.value()));
    var known = management.userId(device.value());
    var subject = known.orElseGet(() -> make(device));
    known.ifPresent(id -> tell.accept("service account " + device + " is there, subject " + id));
    grant(subject);
    management.setMetadata(subject, METADATA, device.value());
    var key = key(files.resolve(KEY), subject, newKey || known.isEmpty());
    place(files.resolve(AGENT), agent.of(device));
    var resource = files.resolve(RESOURCE);
    if (!place(resource, resource(device, subject)).contains("subject: \"" + subject + '"')) {
      throw new Unusable(resource + " pins another account: remove it, and type this again");
    }
    return new Enrolled(files, key, key.map(this::signIn));
  }

  private String make(DeviceId device) {
    var subject = management.createMachineUser(device.value(), "ACCESS_TOKEN_TYPE_JWT");
    tell.accept("service account " + device + " made, subject " + subject);
    return subject;
  }

  private void grant(String subject) {
    var what = "role " + fleet.role() + " of project " + fleet.project();
    try {
      management.grant(subject, fleet.project(), fleet.role());
      tell.accept(what + " granted");
    } catch (ZitadelRefusal e) {
      if (e.status() != EXISTS) {
        throw e;
      }
      tell.accept(what + ": it has a grant of this project already");
    }
  }

  private Optional<KeyFile> key(Path file, String subject, boolean make) {
    var atHand = KeyFile.read(file).filter(key -> key.userId().equals(subject));
    if (!make) {
      tell.accept(
          atHand.isPresent()
              ? "its key is in " + file
              : "no key made, it may have one already: --new-key makes one more");
      return atHand;
    }
    var key = management.addKey(subject);
    SecretFile.write(file, key.json());
    tell.accept("key " + key.keyId() + " made, in " + file);
    return Optional.of(key);
  }

  /** Gives what is in the file then: somebody may have edited it. */
  private String place(Path file, String text) {
    try {
      if (!Files.exists(file)) {
        SecretFile.write(file, text);
        return text;
      }
      var there = Files.readString(file);
      if (!there.equals(text)) {
        tell.accept(
            file + " stays, it is not what would be written now: remove it to have it made anew");
      }
      return there;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Signs in as the device will, so that what is missing is found here and not in the field. */
  private SignedToken signIn(KeyFile key) {
    for (int attempt = 1; ; attempt++) {
      try {
        return signInOnce(key);
      } catch (Unusable e) {
        // A key and a role that were made this moment are known to all of Zitadel a moment later.
        if (attempt == ATTEMPTS) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SignedToken signInOnce(KeyFile key) {
    var token = token(key);
    if (!granting(token).has(fleet.organisation())) {
      throw new Unusable(
          "its tokens do not say that organisation %s granted it the role %s of project %s: grant it"
                  .formatted(fleet.organisation(), fleet.role(), fleet.project())
              + " there, and see that the project has that role");
    }
    tell.accept("it signs in as " + token.claims().path("client_id").asText());
    return token;
  }

  private SignedToken token(KeyFile key) {
    try {
      return tokens.accessToken(key, TokenClient.scopes(fleet.project()));
    } catch (IllegalArgumentException e) {
      throw new Unusable(
          "its tokens are opaque: set the access token type of its service account to JWT");
    } catch (ZitadelRefusal e) {
      throw new Unusable(
          e.status() == PROVIDERS_OWN_FAULT
              ? "the provider refuses key %s: it was removed there, or this machine's clock is wrong"
                  .formatted(key.keyId())
              : "the device's account can't sign in: " + e.getMessage());
    }
  }

  private JsonNode granting(SignedToken token) {
    return token.roles(fleet.project()).path(fleet.role());
  }

  /** Pins the name to this very account. */
  private String resource(DeviceId device, String subject) {
    return """
        apiVersion: %s/%s
        kind: Device
        metadata:
          name: %s
        spec:
          identity:
            issuer: %s
            subject: "%s"
            organisation: "%s"
        """
        .formatted(
            Wire.API_GROUP,
            Wire.API_VERSION,
            device,
            fleet.issuer(),
            subject,
            fleet.organisation());
  }
}
