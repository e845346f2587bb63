package io.nationtech.iot.agent.plan;

import static java.util.stream.Collectors.toCollection;

import io.nationtech.iot.codec.PodmanV0.Device;
import io.nationtech.iot.codec.PodmanV0.Service;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Devices of this machine, by their paths. */
final class HostDevices {
  private HostDevices() {}

  static Set<String> of(Service service) {
    return service.storage().devices().stream()
        .map(Device::hostPath)
        .collect(toCollection(TreeSet::new));
  }

  /** A {@code *} stands for any part of one name, and for no slash. */
  static boolean matches(String glob, String path) {
    var pattern =
        Stream.of(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^/]*"));
    return path.matches(pattern);
  }
}
