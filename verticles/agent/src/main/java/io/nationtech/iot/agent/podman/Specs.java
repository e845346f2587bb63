package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.HealthRule;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.PodmanV0.Confinement;
import io.nationtech.iot.codec.PodmanV0.Device;
import io.nationtech.iot.codec.PodmanV0.Env;
import io.nationtech.iot.codec.PodmanV0.ExtraHost;
import io.nationtech.iot.codec.PodmanV0.Network;
import io.nationtech.iot.codec.PodmanV0.Networking;
import io.nationtech.iot.codec.PodmanV0.Port;
import io.nationtech.iot.codec.PodmanV0.Process;
import io.nationtech.iot.codec.PodmanV0.Protocol;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.PodmanV0.Storage;
import io.nationtech.iot.codec.PodmanV0.Volume;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.podman.ContainerSpec;
import io.nationtech.iot.podman.FileContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From a service to the container that is made for it. */
final class Specs {
  private static final int USUAL_FILE_MODE = 0644;

  private Specs() {}

  static ContainerSpec of(
      DeviceId device,
      ServiceKey key,
      String name,
      Service service,
      String image,
      DeliveredSecrets.Given given,
      Limits enforced) {
    // The agent starts again what ended: podman would do so at once and for ever, and a
    // container that can't run would wear out the device.
    var spec =
        ContainerSpec.of(name, image)
            .restart(ContainerSpec.Restart.NO)
            .labels(labels(device, key, service, given));
    spec = process(spec, service.process());
    spec = networking(spec, key, service.networking());
    spec = storage(spec, key, service.storage());
    spec = secrets(spec, service, given);
    spec = with(spec, service.healthcheck().map(HealthRule::of), Specs::healthcheck);
    return confinement(spec, service.confinement(), enforced);
  }

  private static ContainerSpec process(ContainerSpec spec, Process process) {
    // A person's own podman stop, too, is to wait as long as the agent would.
    var stop = process.stopTimeoutSeconds().orElse(ObservedContainer.STOP_TIMEOUT_SECONDS);
    spec = spec.environment(environment(process)).stopTimeout(stop);
    spec = with(spec, process.command(), ContainerSpec::entrypoint);
    spec = with(spec, process.args(), ContainerSpec::arguments);
    spec = with(spec, process.user(), ContainerSpec::user);
    return with(spec, process.workingDir(), ContainerSpec::workingDirectory);
  }

  private static ContainerSpec healthcheck(ContainerSpec spec, HealthRule rule) {
    return spec.healthcheck(rule.command(), rule.timeout(), rule.failures(), rule.startPeriod());
  }

  private static Map<String, String> environment(Process process) {
    return process.env().stream().collect(Collectors.toMap(Env::name, Env::value, (a, b) -> b));
  }

  private static ContainerSpec networking(
      ContainerSpec spec, ServiceKey key, Networking networking) {
    return network(spec, key, networking.network().orElse(Network.bridge))
        .ports(
            networking.ports().stream()
                .flatMap(port -> port.hostPort().map(host -> port(port, host)).stream())
                .toList())
        .hosts(
            networking.extraHosts().stream()
                .collect(Collectors.toMap(ExtraHost::name, ExtraHost::ip, (a, b) -> b)));
  }

  private static ContainerSpec storage(ContainerSpec spec, ServiceKey key, Storage storage) {
    return spec.mounts(storage.volumes().stream().map(volume -> mount(key, volume)).toList())
        .devices(storage.devices().stream().map(Specs::device).toList());
  }

  private static ContainerSpec secrets(
      ContainerSpec spec, Service service, DeliveredSecrets.Given given) {
    var variables = new TreeMap<String, String>();
    var files = new ArrayList<ContainerSpec.SecretFile>();
    for (var secret : service.secrets()) {
      var name = given.names().getOrDefault(secret.name(), "");
      secret.env().ifPresent(variable -> variables.put(variable, name));
      secret.file().ifPresent(path -> files.add(file(name, path, given.user().split(":")[0])));
    }
    return spec.secretVariables(variables).secretFiles(files);
  }

  /** A name stands for a number only inside the image: there whoever is inside may read it. */
  private static ContainerSpec.SecretFile file(String name, String path, String user) {
    boolean root = user.isEmpty() || user.equals("root");
    boolean number = user.matches("[0-9]{1,10}");
    return new ContainerSpec.SecretFile(
        name, path, number ? Long.parseLong(user) : 0, root || number ? 0400 : 0444);
  }

  /** What this machine can't enforce would keep the container from being made at all. */
  private static ContainerSpec confinement(
      ContainerSpec spec, Confinement confinement, Limits enforced) {
    var capabilities = confinement.capabilities();
    var most = confinement.resources();
    spec =
        spec.privileged(confinement.privileged())
            .readOnly(confinement.readOnlyRootFilesystem())
            .capabilities(capabilities.add(), capabilities.drop());
    spec = with(spec, most.memory().filter(any -> enforced.memory()), ContainerSpec::memory);
    spec = with(spec, most.cpus().filter(any -> enforced.cpus()), ContainerSpec::cpus);
    return with(spec, most.pids().filter(any -> enforced.pids()), ContainerSpec::processes);
  }

  private static <T> ContainerSpec with(
      ContainerSpec spec, Optional<T> value, BiFunction<ContainerSpec, T, ContainerSpec> field) {
    return value.map(there -> field.apply(spec, there)).orElse(spec);
  }

  /** The files to be put into a container of this service. */
  static List<FileContent> files(Service service) {
    var files =
        service.storage().files().stream()
            .map(
                file ->
                    new FileContent(
                        file.path(), file.content(), file.mode().orElse(USUAL_FILE_MODE)));
    return Stream.concat(files, placesOfSecrets(service)).toList();
  }

  /** A runtime can't make the file that a secret is mounted on in what it may not write to. */
  private static Stream<FileContent> placesOfSecrets(Service service) {
    return service.secrets().stream()
        .filter(secret -> service.confinement().readOnlyRootFilesystem())
        .flatMap(secret -> secret.file().stream())
        .map(path -> new FileContent(path, "", 0400));
  }

  private static ContainerSpec.Device device(Device device) {
    return new ContainerSpec.Device(
        device.hostPath(),
        device.containerPath().orElse(device.hostPath()),
        device.permissions().orElse("rw"));
  }

  private static Map<String, String> labels(
      DeviceId device, ServiceKey key, Service service, DeliveredSecrets.Given given) {
    var labels = new TreeMap<>(service.labels());
    labels.put(Wire.LABEL_DEVICE, device.value());
    labels.put(Wire.LABEL_DEPLOYMENT, key.deployment());
    labels.put(Wire.LABEL_SERVICE, key.service());
    labels.put(Wire.LABEL_SPEC, service.spec());
    if (!given.names().isEmpty()) {
      labels.put(Wire.LABEL_SECRETS, String.join(",", given.names().values()));
    }
    return labels;
  }

  private static ContainerSpec.Port port(Port port, int hostPort) {
    return new ContainerSpec.Port(
        port.containerPort(),
        hostPort,
        port.hostIP().orElse(""),
        port.protocol().orElse(Protocol.TCP).name().toLowerCase(Locale.ROOT));
  }

  private static ContainerSpec.Mount mount(ServiceKey key, Volume volume) {
    var source =
        volume
            .hostPath()
            .or(() -> volume.name().map(name -> Wire.volumeName(key.deployment(), name)))
            .orElseThrow();
    return new ContainerSpec.Mount(source, volume.mountPath(), volume.readOnly());
  }

  private static ContainerSpec network(ContainerSpec spec, ServiceKey key, Network network) {
    return switch (network) {
      case bridge -> spec.network(Wire.networkName(key.deployment()), key.service());
      case host -> spec.network(ContainerSpec.Network.HOST);
      case none -> spec.network(ContainerSpec.Network.NONE);
    };
  }
}
