package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Network;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.List;
import java.util.Optional;

/** What this device's owner lets the fleet do here, whatever the fleet asks for. */
public record Policy(
    List<String> hostPaths, List<String> devices, boolean hostNetwork, boolean privileged) {

  /** The first field that is not allowed, with the setting that would allow it. */
  public Optional<String> refusal(PodmanV0 score) {
    return score.services().stream().flatMap(service -> refusal(service).stream()).findFirst();
  }

  private Optional<String> refusal(Service service) {
    var where = "service '" + service.name() + "': ";
    if (service.privileged() && !privileged) {
      return Optional.of(where + "privileged is not allowed by [policy] privileged of this device");
    }
    if (service.network().filter(Network.host::equals).isPresent() && !hostNetwork) {
      return Optional.of(
          where + "network: host is not allowed by [policy] host_network of this device");
    }
    return service.volumes().stream()
        .flatMap(volume -> volume.hostPath().stream())
        .filter(path -> !listed(path))
        .map(
            path ->
                where
                    + "hostPath "
                    + path
                    + " is not allowed by [policy] host_paths of this device")
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
