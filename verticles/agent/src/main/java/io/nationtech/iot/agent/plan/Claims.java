package io.nationtech.iot.agent.plan;

import static java.util.stream.Collectors.toSet;

import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.PodmanV0.Volume;
import io.nationtech.iot.codec.Wire;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What of this machine only one container may have at a time. */
final class Claims {
  private final Facts facts;

  /** A plan asks for the same few again and again. */
  private final Map<String, Optional<Service>> read = new HashMap<>();

  Claims(Facts facts) {
    this.facts = facts;
  }

  Optional<Service> read(String spec) {
    return read.computeIfAbsent(spec, PodmanV0::service);
  }

  /** Whether these two services of two names may not run at once. */
  boolean exclude(ServiceKey key, Service service, ServiceKey other, Service holder) {
    return !key.equals(other)
        && (portOf(service, holder)
            || !key.deployment().equals(other.deployment()) && deviceOf(service, holder)
            || written(key, service).stream()
                .anyMatch(
                    path -> writes(other, Optional.of(holder), path) && !shared(key, other, path)));
  }

  boolean exclude(ServiceKey key, Service service, ObservedContainer container) {
    return read(container.spec())
        .filter(holder -> exclude(key, service, container.key(), holder))
        .isPresent();
  }

  private static boolean portOf(Service service, Service holder) {
    var ports = HostPort.of(holder);
    return HostPort.of(service).stream().anyMatch(port -> ports.stream().anyMatch(port::conflicts));
  }

  private static boolean deviceOf(Service service, Service holder) {
    var devices = HostDevices.of(holder);
    return HostDevices.of(service).stream().anyMatch(devices::contains);
  }

  /**
   * Services that write one volume side by side, as their author wants it now or wanted it in the
   * version that was proven; where nothing is known, as they were found.
   */
  private boolean shared(ServiceKey one, ServiceKey other, String path) {
    boolean nothingIsKnown =
        facts.desired().isEmpty() && facts.proven().keySet().stream().noneMatch(one::isSibling);
    return nothingIsKnown
        || writes(one, wanted(one), path) && writes(other, wanted(other), path)
        || writes(one, proven(one), path) && writes(other, proven(other), path);
  }

  private static boolean writes(ServiceKey key, Optional<Service> service, String path) {
    return service.stream()
        .flatMap(one -> written(key, one).stream())
        .anyMatch(own -> within(own, path) || within(path, own));
  }

  /** Named volumes by their names on this machine, which hold no slash, and paths of the host. */
  private static Set<String> written(ServiceKey key, Service service) {
    return service.storage().volumes().stream()
        .filter(volume -> !volume.readOnly())
        .map(volume -> place(key, volume))
        .collect(toSet());
  }

  private static String place(ServiceKey key, Volume volume) {
    return volume
        .name()
        .map(name -> Wire.volumeName(key.deployment(), name))
        .or(volume::hostPath)
        .orElseThrow()
        .replaceAll("(?<=.)/+$", "");
  }

  private static boolean within(String path, String directory) {
    return path.equals(directory)
        || path.startsWith(directory.endsWith("/") ? directory : directory + "/");
  }

  private Optional<Service> wanted(ServiceKey key) {
    return Optional.ofNullable(facts.deployments().get(key.deployment()))
        .map(Deployment::score)
        .filter(PodmanV0.class::isInstance)
        .flatMap(
            score ->
                ((PodmanV0) score)
                    .services().stream()
                        .filter(service -> service.name().equals(key.service()))
                        .findFirst());
  }

  private Optional<Service> proven(ServiceKey key) {
    return facts.provenOf(key).flatMap(before -> read(before.spec()));
  }

  /** What a step under way may be about to run, though no container of it was seen yet. */
  boolean mayBeTakenBy(ServiceKey busy, ServiceKey key, Service service) {
    return wanted(busy).filter(other -> exclude(key, service, busy, other)).isPresent()
        || proven(busy).filter(other -> exclude(key, service, busy, other)).isPresent();
  }
}
