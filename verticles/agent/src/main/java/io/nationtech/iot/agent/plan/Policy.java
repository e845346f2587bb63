package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Confinement;
import io.nationtech.iot.codec.PodmanV0.Network;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What this device's owner lets the fleet do here, whatever the fleet asks for. */
public record Policy(
    List<String> hostPaths, List<String> devices, boolean hostNetwork, boolean privileged) {

  /** What podman gives to any container that does not drop it. */
  private static final Set<String> USUAL_CAPABILITIES =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "NET_RAW",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  /** The first field that is not allowed, with the setting that would allow it. */
  public Optional<String> refusal(PodmanV0 score) {
    return score.services().stream().flatMap(service -> refusal(service).stream()).findFirst();
  }

  boolean allows(Service service) {
    return refusal(service).isEmpty();
  }

  private Optional<String> refusal(Service service) {
    return privileges(service.confinement())
        .or(
            () ->
                service.networking().network().filter(Network.host::equals).isPresent()
                        && !hostNetwork
                    ? Optional.of("network: host is not allowed by [policy] host_network")
                    : Optional.empty())
        .or(() -> hostPath(service))
        .or(() -> device(service))
        .map(what -> "service '" + service.name() + "': " + what + " of this device");
  }

  /**
   * More than a container has by itself is as good as all: with most of it, it owns the machine.
   */
  private Optional<String> privileges(Confinement confinement) {
    return privileged
        ? Optional.empty()
        : Stream.concat(
                Stream.of("privileged").filter(any -> confinement.privileged()),
                confinement.capabilities().add().stream()
                    .filter(capability -> !USUAL_CAPABILITIES.contains(capability))
                    .map(capability -> "capabilities.add " + capability))
            .map(what -> what + " is not allowed by [policy] privileged")
            .findFirst();
  }

  private Optional<String> hostPath(Service service) {
    return service.storage().volumes().stream()
        .flatMap(volume -> volume.hostPath().stream())
        .filter(path -> !listed(path))
        .map(path -> "hostPath " + path + " is not allowed by [policy] host_paths")
        .findFirst();
  }

  private Optional<String> device(Service service) {
    return HostDevices.of(service).stream()
        .filter(path -> devices.stream().noneMatch(glob -> HostDevices.matches(glob, path)))
        .map(path -> "device " + path + " is not allowed by [policy] devices")
        .findFirst();
  }

  /**
   * The very path, not what lies below it: a container that may write to a listed directory could
   * leave a link to anywhere in it for the next one to mount.
   */
  private boolean listed(String path) {
    return hostPaths.stream().anyMatch(allowed -> bare(allowed).equals(bare(path)));
  }

  private static String bare(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
