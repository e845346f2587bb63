package io.nationtech.iot.agent.plan;

import static java.util.Comparator.comparing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The images of which some may go.
 *
 * @param pulled what the agent pulled itself, by id: nothing else goes
 * @param used ids that any container is made of, the agent's own or another's
 * @param kept ids and names that stay, whatever they are
 */
public record Garbage(
    List<StoredImage> stored,
    Map<String, PulledImages.Pulled> pulled,
    Set<String> used,
    Set<String> kept) {

  /**
   * Those that may go, the oldest pull first, until {@code bytes} should be free; a layer that two
   * of them share is counted twice, so that less may come free than was asked for.
   */
  public List<StoredImage> toFree(long bytes) {
    var oldest =
        stored.stream()
            .filter(this::mayGo)
            .sorted(comparing(this::pulledAt).thenComparing(StoredImage::id))
            .toList();
    var going = new ArrayList<StoredImage>();
    long freed = 0;
    for (var image : oldest) {
      if (freed >= bytes) {
        break;
      }
      freed += image.size();
      going.add(image);
    }
    return List.copyOf(going);
  }

  private Instant pulledAt(StoredImage image) {
    var ours = pulled.get(image.id());
    return ours == null ? Instant.MAX : ours.at();
  }

  private boolean mayGo(StoredImage image) {
    var ours = pulled.get(image.id());
    return ours != null
        && ours.names().containsAll(image.names())
        && !used.contains(image.id())
        && !kept.contains(image.id())
        && image.names().stream().noneMatch(kept::contains);
  }
}
