package io.nationtech.iot.callout.decide;

import java.util.List;
import java.util.stream.Stream;

/** The subjects that may be published to and subscribed; nothing else. */
public record Permissions(List<String> publish, List<String> subscribe) {
  public static final Permissions NONE = new Permissions(List.of(), List.of());

  public Permissions {
    publish = List.copyOf(publish);
    subscribe = List.copyOf(subscribe);
  }

  /** Both together. */
  public Permissions and(Permissions more) {
    return new Permissions(
        Stream.concat(publish.stream(), more.publish.stream()).distinct().toList(),
        Stream.concat(subscribe.stream(), more.subscribe.stream()).distinct().toList());
  }
}
