package io.nationtech.iot.operator.desired;

import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.Score;
import io.nationtech.iot.codec.Update;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.DeploymentResource.Target;
import io.nationtech.iot.operator.resource.DeviceResource;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a device must run: a pure function of the resources and the document it has. */
public final class Desired {
  /**
   * All that the decision rests on.
   *
   * @param claims the Devices of this name, of all namespaces
   * @param deployments at least those that target the device or are in its document
   * @param memory for when KV lost the document
   * @param ended uids of deployments that were seen to be deleted
   */
  public record Facts(
      String cluster,
      DeviceId device,
      List<DeviceResource> claims,
      List<DeploymentResource> deployments,
      Stored stored,
      Memory memory,
      Set<String> ended,
      Instant now) {

    /** The document that the device has, as far as is known. */
    public Optional<DesiredDocument> last() {
      return stored instanceof Stored.Known known
          ? Optional.of(known.document())
          : memory.document().filter(document -> memory.owner().equals(presentOwner(this)));
    }
  }

  private static final Comparator<DeviceResource> OLDEST =
      Comparator.comparing((DeviceResource claim) -> claim.metadata().created())
          .thenComparing(claim -> claim.key().namespace());

  private Desired() {}

  /** {@code <cluster>/<namespace>}: how an owner is written. */
  public static String owner(String cluster, String namespace) {
    return cluster + "/" + namespace;
  }

  public static Decision decide(Facts facts) {
    if (facts.claims().isEmpty()) {
      return new Decision.Unclaimed();
    }
    var owner = presentOwner(facts).orElseGet(() -> nextOwner(facts));
    var holder = claimOf(facts, owner);
    if (holder.isEmpty()) {
      return new Decision.Foreign(owner);
    }
    var document = document(facts, holder.get());
    var json = document.encode();
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > Wire.MAX_DESIRED_BYTES) {
      return new Decision.TooLarge(owner, bytes);
    }
    return facts.stored() instanceof Stored.Known known && known.json().equals(json)
        ? new Decision.Keep(document)
        : new Decision.Write(
            document, json, facts.stored().revision(), unexplained(facts, document));
  }

  /** A document that KV lost, or that can't be read, does not free the device for another. */
  private static Optional<String> presentOwner(Facts facts) {
    var written =
        switch (facts.stored()) {
          case Stored.Nothing nothing -> Optional.<String>empty();
          case Stored.Undecodable undecodable -> undecodable.owner();
          case Stored.Known known -> Optional.of(known.document().owner());
        };
    return written.or(() -> facts.memory().owner());
  }

  private static Optional<DeviceResource> claimOf(Facts facts, String owner) {
    return facts.claims().stream().filter(claim -> owner(facts, claim).equals(owner)).findFirst();
  }

  /** A device that nobody looks after goes to whoever asked first and does not give it away. */
  private static String nextOwner(Facts facts) {
    return facts.claims().stream()
        .filter(claim -> successor(facts, claim).isEmpty())
        .min(OLDEST)
        .map(claim -> owner(facts, claim))
        .or(() -> facts.claims().stream().min(OLDEST).flatMap(claim -> successor(facts, claim)))
        .orElseThrow();
  }

  /**
   * Who is to have the device. Two that give it to each other would do so for ever: neither does.
   */
  private static Optional<String> successor(Facts facts, DeviceResource claim) {
    var own = Optional.of(owner(facts, claim));
    return claim
        .transferTo()
        .filter(other -> !own.equals(Optional.of(other)))
        .filter(other -> !claimOf(facts, other).flatMap(DeviceResource::transferTo).equals(own));
  }

  private static String owner(Facts facts, DeviceResource claim) {
    return owner(facts.cluster(), claim.key().namespace());
  }

  private static DesiredDocument document(Facts facts, DeviceResource holder) {
    var owner = owner(facts, holder);
    var last = facts.last();
    var transfer = successor(facts, holder);
    if (transfer.isPresent() && last.isPresent()) {
      // Handed over as it stands: the new owner decides what changes.
      return new DesiredDocument(
          facts.device(), transfer.get(), last.get().paused(), last.get().deployments());
    }
    var had = last.map(DesiredDocument::deployments).orElseGet(TreeMap::new);
    var deployments = new TreeMap<String, DesiredDocument.Deployment>();
    for (var deployment : facts.deployments()) {
      if (deployment.key().namespace().equals(holder.key().namespace())) {
        entry(facts, deployment, had)
            .ifPresent(entry -> deployments.put(deployment.key().name(), entry));
      }
    }
    return new DesiredDocument(facts.device(), owner, holder.paused(), deployments);
  }

  private static Optional<DesiredDocument.Deployment> entry(
      Facts facts,
      DeploymentResource deployment,
      SortedMap<String, DesiredDocument.Deployment> had) {
    var before =
        Optional.ofNullable(had.get(deployment.key().name()))
            .filter(entry -> entry.uid().equals(deployment.metadata().uid()));
    if (deployment.metadata().deleting()) {
      return Optional.empty();
    }
    return switch (deployment.target()) {
      // A device is not emptied because its operator can't read a new kind of target.
      case Target.NotSupported other -> before;
      case Target.Devices devices ->
          devices.names().contains(facts.device().value())
              ? Optional.of(entry(deployment, since(before, facts.now())))
              : Optional.empty();
    };
  }

  private static Instant since(Optional<DesiredDocument.Deployment> before, Instant now) {
    return before
        .map(DesiredDocument.Deployment::since)
        .orElse(now.truncatedTo(ChronoUnit.SECONDS));
  }

  private static DesiredDocument.Deployment entry(DeploymentResource deployment, Instant since) {
    return new DesiredDocument.Deployment(
        deployment.metadata().uid(),
        deployment.metadata().generation(),
        since,
        deployment.retry(),
        Update.of(deployment.update()),
        Score.of(deployment.score()));
  }

  /** What would end though its resource was not seen to go, nor changed since it was written. */
  private static SortedSet<String> unexplained(Facts facts, DesiredDocument document) {
    var names = new TreeSet<String>();
    facts
        .last()
        .ifPresent(
            last ->
                last.deployments()
                    .forEach(
                        (name, entry) -> {
                          boolean stays = document.deployments().containsKey(name);
                          if (!stays
                              && !facts.ended().contains(entry.uid())
                              && !changed(facts, entry)) {
                            names.add(name);
                          }
                        }));
    return names;
  }

  private static boolean changed(Facts facts, DesiredDocument.Deployment entry) {
    return facts.deployments().stream()
        .map(DeploymentResource::metadata)
        .filter(metadata -> metadata.uid().equals(entry.uid()))
        .anyMatch(metadata -> metadata.deleting() || metadata.generation() > entry.generation());
  }
}
