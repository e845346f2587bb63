package io.nationtech.iot.podman;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Values that podman keeps for containers, in files that only its user can read. They can't be
 * changed: 4.3 knows no replacing, and a container that is there may need the old one.
 */
public final class SecretStore {
  private final SocketClient client;
  private final Calls calls;
  private final Duration timeout;

  SecretStore(SocketClient client, Calls calls, Duration timeout) {
    this.client = client;
    this.calls = calls;
    this.timeout = timeout;
  }

  /**
   * A secret without its value.
   *
   * @param marks as given to {@link #create}, and some of podman's own
   */
  public record Stored(String name, Map<String, String> marks) {
    static Stored of(JsonObject json) {
      var spec = json.getJsonObject("Spec", new JsonObject());
      var driver = spec.getJsonObject("Driver", new JsonObject());
      var marks = new TreeMap<String, String>();
      var options = driver.getJsonObject("Options");
      if (options != null) {
        options.forEach(option -> marks.put(option.getKey(), String.valueOf(option.getValue())));
      }
      return new Stored(spec.getString("Name", ""), marks);
    }
  }

  public Future<List<Stored>> list() {
    return calls.array("/secrets/json").map(all -> all.stream().map(Stored::of).toList());
  }

  /** Fails where there is one of that name; at most 512 kB. */
  public Future<Void> create(String name, Map<String, String> marks, String value) {
    // As options of the driver, which keeps what it does not know: 4.3 has no labels for secrets.
    var uri =
        "/secrets/create?name="
            + encode(name)
            + "&driveropts="
            + encode(new JsonObject(Map.copyOf(marks)).encode());
    var body = Buffer.buffer(value);
    return Calls.expect(
            client.call(HttpMethod.POST, uri, body, "application/octet-stream", timeout), 200)
        .mapEmpty();
  }

  /** A container that has it as a variable does not start any more. */
  public Future<Void> remove(String name) {
    return calls.done(HttpMethod.DELETE, "/secrets/" + encode(name), timeout, 204);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
