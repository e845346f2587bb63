package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.List;

/** One thing to do to one service; {@code reason} becomes its line in the journal. */
public sealed interface Step {
  ServiceKey key();

  String reason();

  /** What waits before it is tried again where this step fails. */
  default Attempt attempt() {
    var what =
        switch (this) {
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

  /** Pull where needed, make and start a container: there is none. */
  record Start(ServiceKey key, Service service, String reason) implements Step {}

  /**
   * Pull and make the new container, only then stop the old one and start the new one; the old one
   * stays until {@link Promote}, and runs again where the new one does not start.
   *
   * @param superseded newer than the old one and never proven: nobody goes back to them
   */
  record Replace(
      ServiceKey key,
      Service service,
      ObservedContainer old,
      List<ObservedContainer> superseded,
      String reason)
      implements Step {}

  /** The new container is proven: remove what it replaced and give it the service's name. */
  record Promote(
      ServiceKey key, ObservedContainer proven, List<ObservedContainer> replaced, String reason)
      implements Step {}

  /** The new container ended before it was proven: remove it and start the old one. */
  record RollBack(ServiceKey key, ObservedContainer failed, ObservedContainer old, String reason)
      implements Step {}

  /**
   * The proven container is wanted again before what was to replace it was proven: end the others,
   * have it run, and only then remove them.
   */
  record Restore(
      ServiceKey key, ObservedContainer proven, List<ObservedContainer> others, String reason)
      implements Step {}

  /** Start a container that is there and should run. */
  record StartAgain(ServiceKey key, ObservedContainer container, String reason) implements Step {}

  /** Stop and remove a container. */
  record Remove(ServiceKey key, ObservedContainer container, String reason) implements Step {}
}
