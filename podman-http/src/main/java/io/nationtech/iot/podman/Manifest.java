package io.nationtech.iot.podman;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a registry says of an image: its layers, or one image for each kind of machine. */
record Manifest(JsonObject json) {
  /** The architecture of this machine, in Go's words. */
  private static final String ARCHITECTURE =
      switch (System.getProperty("os.arch")) {
        case "aarch64" -> "arm64";
        case "x86_64" -> "amd64";
        default -> System.getProperty("os.arch");
      };

  /** podman 4.3 has no other use for a manifest of one image than to quote it in an error. */
  static Optional<Manifest> quoted(String error) {
    int begin = error.indexOf("\"{");
    int end = error.lastIndexOf("}\"");
    if (!isOfOneImage(error) || begin < 0 || end < begin) {
      return Optional.empty();
    }
    try {
      var quoted = new JsonArray("[" + error.substring(begin, end + 2) + "]").getString(0);
      return Optional.of(new Manifest(new JsonObject(quoted)));
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }

  static boolean isOfOneImage(String error) {
    return error.startsWith("parsing manifest blob");
  }

  /** By digest, how many bytes each layer takes on the wire. */
  Map<String, Long> layers() {
    var layers = new TreeMap<String, Long>();
    for (var layer : json.getJsonArray("layers", new JsonArray())) {
      var entry = (JsonObject) layer;
      layers.put(entry.getString("digest", ""), entry.getLong("size", 0L));
    }
    return layers;
  }

  /** The digest of the image for this machine, of a list of images. */
  Optional<String> here() {
    return json.getJsonArray("manifests", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .filter(
            image -> {
              var platform = image.getJsonObject("platform", new JsonObject());
              return platform.getString("architecture", "").equals(ARCHITECTURE)
                  && platform.getString("os", "").equals("linux");
            })
        .map(image -> image.getString("digest", ""))
        .findFirst();
  }
}
