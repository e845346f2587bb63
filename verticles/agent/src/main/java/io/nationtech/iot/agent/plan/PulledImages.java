package io.nationtech.iot.agent.plan;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the agent pulled itself, and may therefore remove.
 *
 * @param images by id; none that was here before
 * @param unfinished names whose pull was begun, and nobody knows whether all of it is on the disk
 */
public record PulledImages(Map<String, Pulled> images, Set<String> unfinished) {
  public static final PulledImages NONE = new PulledImages(Map.of(), Set.of());

  /**
   * One image.
   *
   * @param names which it was pulled by
   * @param at when it was last pulled
   */
  public record Pulled(Set<String> names, Instant at) {}

  public PulledImages begun(String name) {
    var begun = new TreeSet<>(unfinished);
    begun.add(name);
    return new PulledImages(images, begun);
  }

  /** {@code ours}: this image was not here before the agent pulled it. */
  public PulledImages finished(String name, String id, boolean ours, Instant now) {
    var all = new TreeMap<>(images);
    var before = all.get(id);
    if (ours || before != null) {
      var names = new TreeSet<>(before == null ? Set.of() : before.names());
      names.add(name);
      all.put(id, new Pulled(names, now));
    }
    return new PulledImages(all, without(name));
  }

  /** The pull came to nothing. */
  public PulledImages failed(String name) {
    return new PulledImages(images, without(name));
  }

  /** Forgets what is no longer here. */
  public PulledImages here(Set<String> ids) {
    var all = new TreeMap<>(images);
    all.keySet().retainAll(ids);
    return new PulledImages(all, unfinished);
  }

  private Set<String> without(String name) {
    var others = new TreeSet<>(unfinished);
    others.remove(name);
    return others;
  }
}
