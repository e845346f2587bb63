package io.nationtech.iot.podman;

import static java.util.stream.Collectors.toCollection;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An image in podman's storage.
 *
 * @param names whole, with their tags; none where newer images have them all
 * @param repositoryDigests {@code repository@digest} of each place it came from
 * @param user who its containers run as; empty for root, and in a list
 * @param size bytes, layers that it shares with others included
 */
public record Image(
    String id,
    String digest,
    Set<String> names,
    Set<String> repositoryDigests,
    String user,
    long size) {
  static Image of(JsonObject json) {
    return new Image(
        json.getString("Id"),
        json.getString("Digest", ""),
        texts(json.getJsonArray("RepoTags")),
        texts(json.getJsonArray("RepoDigests")),
        json.getString("User", ""),
        json.getLong("Size", 0L));
  }

  /** The name without its tag or digest. */
  public static String repository(String name) {
    var untagged = name.replaceFirst("@.*", "");
    int tag = untagged.lastIndexOf(':');
    // A colon before the last slash is that of a port.
    return tag > untagged.lastIndexOf('/') ? untagged.substring(0, tag) : untagged;
  }

  private static Set<String> texts(@Nullable JsonArray array) {
    return array == null
        ? Set.of()
        : array.stream().map(String.class::cast).collect(toCollection(TreeSet::new));
  }
}
