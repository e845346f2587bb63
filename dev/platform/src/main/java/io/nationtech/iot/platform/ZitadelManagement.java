package io.nationtech.iot.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Zitadel's management API as far as enrolling devices needs it, in the name of one organisation.
 * Every path but that of {@link #login} is Zitadel's own.
 */
public final class ZitadelManagement {
  private static final String USERS = "/management/v1/users/";
  private static final String WEB_KEYS = "/v2/web_keys";

  private final HttpClient client;
  private final URI base;
  private final String token;
  private final String organisation;

  public ZitadelManagement(HttpClient client, URI base, String token, String organisation) {
    this.client = client;
    this.base = base;
    this.token = token;
    this.organisation = organisation;
  }

  /** What a service user logs in with: the file's JSON, with the private key in it. */
  public record KeyFile(String userId, String keyId, String json) {
    /** Nothing where there is no such file, or something else is in it. */
    public static Optional<KeyFile> read(Path file) {
      try {
        var text = Files.readString(file);
        var json = CanonicalJson.parse(text);
        return Optional.of(
            new KeyFile(json.path("userId").asText(), json.path("keyId").asText(), text));
      } catch (IOException | MalformedDocumentException e) {
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      return "KeyFile[" + userId + ", " + keyId + "]";
    }
  }

  /** A service user whose access tokens are JWTs. */
  public KeyFile createMachineUser(String name) {
    return addKey(createMachineUser(name, "ACCESS_TOKEN_TYPE_JWT"));
  }

  /** Gives the user's id. {@code accessTokenType}: Zitadel's word; its default is opaque tokens. */
  public String createMachineUser(String name, String accessTokenType) {
    return call("POST", USERS + "machine", user(name, accessTokenType)).path("userId").textValue();
  }

  /** The id of this organisation's user with exactly this name. */
  public Optional<String> userId(String name) {
    var body = object();
    body.putArray("queries").addObject().putObject("userNameQuery").put("userName", name);
    return Optional.ofNullable(
        call("POST", USERS + "_search", body).path("result").path(0).path("id").textValue());
  }

  /** Gives the user's id. */
  public String createPerson(String name) {
    var body = object().put("userName", name);
    body.putObject("profile").put("firstName", name).put("lastName", name);
    body.putObject("email").put("email", name + "@test.localhost").put("isEmailVerified", true);
    return call("POST", USERS + "human/_import", body).path("userId").textValue();
  }

  public KeyFile addKey(String userId) {
    var added = call("POST", USERS + userId + "/keys", object().put("type", "KEY_TYPE_JSON"));
    var file = Base64.getDecoder().decode(added.path("keyDetails").textValue());
    return new KeyFile(
        userId, added.path("keyId").textValue(), new String(file, StandardCharsets.UTF_8));
  }

  public void removeKey(KeyFile key) {
    call("DELETE", USERS + key.userId() + "/keys/" + key.keyId(), object());
  }

  /** Grants roles of a project; tokens name this organisation as the one that granted them. */
  public void grant(String userId, String project, String... roles) {
    var body = object().put("projectId", project);
    List.of(roles).forEach(body.putArray("roleKeys")::add);
    call("POST", USERS + userId + "/grants", body);
  }

  public void setMetadata(String userId, String key, String value) {
    var encoded = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    call("POST", USERS + userId + "/metadata/" + key, object().put("value", encoded));
  }

  public void deactivate(String userId) {
    call("POST", USERS + userId + "/_deactivate", object());
  }

  public void removeUser(String userId) {
    call("DELETE", USERS + userId, object());
  }

  /** The key that was published next signs from now on, and a new next one is published. */
  public void rotate() {
    for (var key : call("GET", WEB_KEYS, object()).path("webKeys")) {
      if (key.path("state").asText().equals("STATE_INITIAL")) {
        activateWebKey(key.path("id").textValue());
        createWebKey("rsa");
        return;
      }
    }
    throw new IllegalStateException("no key is published that does not sign yet");
  }

  /** Publishes a key that does not sign yet, and gives its id. {@code type}: rsa or ecdsa. */
  public String createWebKey(String type) {
    var body = object();
    body.putObject(type);
    return call("POST", WEB_KEYS, body).path("id").textValue();
  }

  public void activateWebKey(String id) {
    call("POST", WEB_KEYS + "/" + id + "/activate", object());
  }

  /** What was signed with it is worth nothing from now on; the key that signs can't be deleted. */
  public void deleteWebKey(String id) {
    call("DELETE", WEB_KEYS + "/" + id, object());
  }

  /**
   * A person's tokens for an application, {@code access_token} and {@code id_token}, as the browser
   * would bring them: Zitadel itself has no such call.
   */
  public JsonNode login(String userId, String application, String scope) {
    return call(
        "POST",
        "/test/login",
        object().put("userId", userId).put("clientId", application).put("scope", scope));
  }

  private JsonNode call(String method, String path, ObjectNode body) {
    var request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("x-zitadel-orgid", organisation)
            .header("Content-Type", "application/json")
            .timeout(TokenClient.PATIENCE)
            .method(method, BodyPublishers.ofString(CanonicalJson.write(body)))
            .build();
    try {
      var response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new ZitadelRefusal(method + " " + path, response.statusCode(), response.body());
      }
      return TokenClient.parse(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode user(String name, String accessTokenType) {
    return object().put("userName", name).put("name", name).put("accessTokenType", accessTokenType);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
