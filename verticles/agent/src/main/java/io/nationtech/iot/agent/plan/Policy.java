package io.nationtech.iot.agent.plan;

import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.PodmanV0.Network;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
   * By whole path elements: /srv/plc-other is not below /srv/plc. A path with {@code ..} never is:
   * where it leads depends on the links on its way.
   */
  private boolean listed(String path) {
    try {
      var below = Path.of(path).normalize();
      return !List.of(path.split("/")).contains("..")
          && hostPaths.stream().anyMatch(allowed -> below.startsWith(Path.of(allowed).normalize()));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
