package io.nationtech.iot.operator.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.operator.reconcile.Resources.Kind;
import io.nationtech.iot.operator.resource.Metadata;
import io.nationtech.iot.operator.status.Happening;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Writes statuses: only when they changed, at most once a second a resource. */
final class Statuses {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** What was written last; newer than what the informer may still show. */
  private record Written(Instant at, JsonNode status) {}

  private final Resources resources;
  private final Map<String, Written> written = new HashMap<>();

  Statuses(Resources resources) {
    this.resources = resources;
  }

  /** The status as it is, {@code shown} being what the informer has. */
  JsonNode previous(Metadata metadata, JsonNode shown) {
    var last = written.get(metadata.uid());
    return last == null ? shown : last.status();
  }

  /** How long the resource has to wait for its next status; empty where it has not. */
  Optional<Duration> pause(Metadata metadata, Instant now) {
    return Optional.ofNullable(written.get(metadata.uid()))
        .map(last -> Duration.between(now, last.at().plus(PAUSE)))
        .filter(rest -> rest.isPositive() && rest.compareTo(PAUSE) <= 0);
  }

  /** Writes {@code wanted} where it differs from {@code previous}, and tells what happened. */
  Future<Void> apply(
      Kind kind, Metadata metadata, JsonNode previous, ObjectNode wanted, Instant now) {
    if (CanonicalJson.write(wanted).equals(CanonicalJson.write(previous))) {
      return Future.succeededFuture();
    }
    return resources
        .applyStatus(kind, metadata, wanted)
        .onSuccess(
            done -> {
              written.put(metadata.uid(), new Written(now, wanted));
              Happening.between(previous, wanted)
                  .forEach(happening -> resources.tell(kind, metadata, happening));
            });
  }

  /** Compares with what Kubernetes shows from now on: somebody may have changed it there. */
  void forget() {
    written.clear();
  }
}
