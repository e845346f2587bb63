package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One thing to do to one service; {@code reason} becomes its line in the journal. */
public sealed interface Step {
  ServiceKey key();

  String reason();

  /** What waits before it is tried again where this step fails. */
  default Attempt attempt() {
    var what =
        switch (this) {
          case Pull pull -> pull.service().image();
          case Start start -> start.service().spec();
          case Replace replace -> replace.service().spec();
          case Promote promote -> promote.proven().id();
          case RollBack back -> back.failed().id();
          case Restore restore -> restore.proven().spec();
          case StartAgain again -> again.container().spec();
          case Remove remove -> remove.container().id();
        };
    return new Attempt(key(), what);
  }

  /** The containers of other services that are ended before this one begins. */
  default List<ObservedContainer> yielding() {
    return switch (this) {
      case Start start -> start.yielding;
      case Replace replace -> replace.yielding;
      case Restore restore -> restore.yielding;
      case StartAgain again -> again.yielding;
      case Pull pull -> List.of();
      case Promote promote -> List.of();
      case RollBack back -> List.of();
      case Remove remove -> List.of();
    };
  }

  /** The same, with {@code others} ended first. */
  default Step yielding(List<ObservedContainer> others) {
    return switch (this) {
      case Start s -> new Start(s.key, s.service, s.imageId, s.unproven, others, s.reason);
      case Replace r -> new Replace(r.key, r.service, r.old, r.superseded, others, r.reason);
      case Restore r -> new Restore(r.key, r.proven, r.others, others, r.reason);
      case StartAgain a -> new StartAgain(a.key, a.container, others, a.reason);
      case Pull pull -> this;
      case Promote promote -> this;
      case RollBack back -> this;
      case Remove remove -> this;
    };
  }

  /** All services whose containers this step changes. */
  default List<ServiceKey> touches() {
    return this instanceof Pull
        ? List.of()
        : Stream.concat(Stream.of(key()), yielding().stream().map(ObservedContainer::key)).toList();
  }

  /** The JSON of what runs once this step is done; empty where it starts nothing. */
  default Optional<String> begins() {
    return switch (this) {
      case Start start -> Optional.of(start.service().spec());
      case Replace replace -> Optional.of(replace.service().spec());
      case RollBack back -> back.old().map(ObservedContainer::spec);
      case Restore restore -> Optional.of(restore.proven().spec());
      case StartAgain again -> Optional.of(again.container().spec());
      case Pull pull -> Optional.empty();
      case Promote promote -> Optional.empty();
      case Remove remove -> Optional.empty();
    };
  }

  /** Have the image here, and change nothing yet. */
  record Pull(ServiceKey key, Service service, String reason) implements Step {}

  /**
   * Make and start a container: there is none.
   *
   * @param imageId of what it is made from, where the service's tag may have moved
   * @param unproven there is a version to go back to until this one is proven
   */
  record Start(
      ServiceKey key,
      Service service,
      Optional<String> imageId,
      boolean unproven,
      List<ObservedContainer> yielding,
      String reason)
      implements Step {}

  /**
   * Make the new container, only then stop the old one and start the new one; the old one stays
   * until {@link Promote}, and runs again where the new one does not start.
   *
   * @param superseded newer than the old one and never proven: nobody goes back to them
   */
  record Replace(
      ServiceKey key,
      Service service,
      ObservedContainer old,
      List<ObservedContainer> superseded,
      List<ObservedContainer> yielding,
      String reason)
      implements Step {}

  /** The new container is proven: remove what it replaced and give it the service's name. */
  record Promote(
      ServiceKey key, ObservedContainer proven, List<ObservedContainer> replaced, String reason)
      implements Step {}

  /**
   * The new container ended before it was proven: remove it and start the old one, if that is there
   * and nothing is in its way.
   */
  record RollBack(
      ServiceKey key, ObservedContainer failed, Optional<ObservedContainer> old, String reason)
      implements Step {}

  /**
   * The proven container is wanted again before what was to replace it was proven: end the others,
   * have it run, and only then remove them.
   */
  record Restore(
      ServiceKey key,
      ObservedContainer proven,
      List<ObservedContainer> others,
      List<ObservedContainer> yielding,
      String reason)
      implements Step {}

  /** Start a container that is there and should run. */
  record StartAgain(
      ServiceKey key, ObservedContainer container, List<ObservedContainer> yielding, String reason)
      implements Step {}

  /** Stop and remove a container. */
  record Remove(ServiceKey key, ObservedContainer container, String reason) implements Step {}
}
