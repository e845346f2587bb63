package io.nationtech.iot.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks the token endpoint as a device does, with nothing but HTTP. */
public record TokenClient(HttpClient http, String issuer) {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What a device asks for: its project's audience and roles. */
  public static String scopes(String project) {
    return "urn:zitadel:iam:org:project:id:" + project + ":aud urn:zitadel:iam:org:projects:roles";
  }

  Assertion assertion(ZitadelManagement.KeyFile file) {
    return Assertion.of(parse(file.json()), issuer);
  }

  /** The answer to a good assertion. */
  public JsonNode tokens(ZitadelManagement.KeyFile file, String scope) {
    var answer = ask(assertion(file).signed(), scope);
    if (answer.statusCode() != 200) {
      throw new ZitadelRefusal("the token endpoint", answer.statusCode(), answer.body());
    }
    return parse(answer.body());
  }

  /** The access token in it, verified. */
  public SignedToken accessToken(ZitadelManagement.KeyFile file, String scope) {
    return verified(tokens(file, scope).path("access_token").textValue());
  }

  SignedToken verified(String token) {
    return SignedToken.verified(token, keys());
  }

  HttpResponse<String> ask(String assertion, String scope) {
    return ask(issuer, assertion, scope);
  }

  HttpResponse<String> ask(String host, String assertion, String scope) {
    var form =
        "grant_type="
            + encoded("urn:ietf:params:oauth:grant-type:jwt-bearer")
            + "&assertion="
            + encoded(assertion)
            + "&scope="
            + encoded(scope);
    return send(
        HttpRequest.newBuilder(URI.create(host + "/oauth/v2/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
  }

  JsonNode keys() {
    return parse(get(issuer + "/oauth/v2/keys").body());
  }

  HttpResponse<String> get(String url) {
    return send(HttpRequest.newBuilder(URI.create(url)));
  }

  static JsonNode parse(String json) {
    try {
      return CanonicalJson.parse(json);
    } catch (MalformedDocumentException e) {
      throw new IllegalStateException("it " + e.getMessage(), e);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, UTF_8);
  }
}
