package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.DiskSpace;
import io.nationtech.iot.podman.Image;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How much room an image needs, as far as its registry says. */
final class Needs {
  /** A layer lies here packed until it is unpacked, and unpacked it is about twice as large. */
  private static final int UNPACKED = 3;

  private static final long MEGABYTE = 1_000_000;

  private final Podman podman;

  Needs(Podman podman) {
    this.podman = podman;
  }

  /**
   * What a pull takes.
   *
   * @param packed bytes to be pulled; 0 where nobody knows
   * @param bytes that have to be free
   */
  record Need(String image, long packed, long bytes) {
    String refusal(DiskSpace space, String path) {
      return "image %s %s, and %s are free on the disk of %s: make room (df -h; podman system df)"
          .formatted(
              image,
              packed == 0
                  ? "was not pulled, since " + megabytes(bytes) + " have to stay free"
                  : "needs about " + megabytes(bytes) + " (" + megabytes(packed) + " to pull)",
              megabytes(space.free()),
              path);
    }
  }

  /** {@code here}: images on this machine, of which a new one may have layers. */
  Future<Need> of(String image, List<Image> here, DiskSpace space) {
    return layers(image)
        .compose(
            layers -> {
              if (layers.isEmpty()) {
                return Future.succeededFuture(new Need(image, 0, space.floor()));
              }
              var whole = need(image, layers);
              return whole.bytes() <= space.free()
                  ? Future.succeededFuture(whole)
                  : missing(layers, image, here).map(missing -> need(image, missing));
            });
  }

  private static Need need(String image, Map<String, Long> layers) {
    long packed = layers.values().stream().mapToLong(Long::longValue).sum();
    return new Need(image, packed, packed * UNPACKED);
  }

  private Future<Map<String, Long>> layers(String image) {
    return podman.images().layers(image).otherwise(Map.of());
  }

  /** What of it is not here yet, by the digests of images that came from the same place. */
  private Future<Map<String, Long>> missing(
      Map<String, Long> layers, String image, List<Image> here) {
    var place = Image.repository(image) + "@";
    return Future.all(
            here.stream()
                .flatMap(other -> other.repositoryDigests().stream())
                .filter(digest -> digest.startsWith(place))
                .distinct()
                .map(this::layers)
                .toList())
        .map(
            all -> {
              var missing = new TreeMap<>(layers);
              all.<Map<String, Long>>list()
                  .forEach(known -> missing.keySet().removeAll(known.keySet()));
              return missing;
            });
  }

  static String megabytes(long bytes) {
    return Math.ceilDiv(bytes, MEGABYTE) + " MB";
  }
}
