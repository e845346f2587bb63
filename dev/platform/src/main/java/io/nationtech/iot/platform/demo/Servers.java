package io.nationtech.iot.platform.demo;

import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.KubernetesApi;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.OciRegistry;
import io.nationtech.iot.platform.Place;
import io.nationtech.iot.platform.PodmanSocket;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.SecretFile;
import io.nationtech.iot.platform.TokenClient;
import io.nationtech.iot.platform.ZitadelTokenEndpoint;
import io.nationtech.iot.platform.enrol.AgentToml;
import io.nationtech.iot.platform.enrol.Enrolment;
import io.nationtech.iot.platform.enrol.Fleet;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The real servers at the demo's places; they stay when the demo ends. */
record Servers(NatsServer nats, KubernetesApi kubernetes, ZitadelTokenEndpoint zitadel) {
  private static final String ROLE = "device";

  static Servers start(Path directory) {
    var kubernetes =
        CompletableFuture.supplyAsync(
            () ->
                KubernetesApi.start(
                    Place.fixed("iot-demo-etcd", Ports.ETCD),
                    Place.fixed("iot-demo-kubernetes", Ports.KUBERNETES),
                    NatsServer.newPassword(),
                    kubeconfig(directory)));
    var registry =
        CompletableFuture.runAsync(
            () -> {
              var started = OciRegistry.start(Place.fixed("iot-demo-registry", Ports.REGISTRY));
              started.push(Images.HELLO_1, "hello:1");
              started.push(Images.HELLO_2, "hello:2");
            });
    var zitadel =
        CompletableFuture.supplyAsync(
            () ->
                ZitadelTokenEndpoint.start(
                    Place.fixed("iot-demo-zitadel", Ports.ZITADEL),
                    NatsServer.newPassword(),
                    Duration.ofHours(12),
                    null));
    var keys = Programs.calloutKeys(directory);
    var nats =
        NatsServer.startWithCallout(
            Place.fixed("iot-demo-nats", Ports.NATS),
            NatsServer.newPassword(),
            keys.issuer(),
            keys.xkey(),
            "");
    // For whoever tries docs/revoke-a-device.md here.
    SecretFile.write(directory.resolve("kick.password"), nats.kickPassword());
    registry.join();
    return new Servers(nats, kubernetes.join(), zitadel.join());
  }

  private static Path kubeconfig(Path directory) {
    return directory.resolve("kubeconfig");
  }

  /** Makes devices of this demo, and leaves what {@code dev/enrol} needs to do the same. */
  Enrolment enrolment(Path directory) {
    var devices = SecretFile.directory(directory.resolve("devices"));
    var agent = new AgentToml(agentToml(devices));
    var options =
        """
        --issuer=%s
        --project=%s
        --organisation=%s
        --role=%s
        --token-file=%s
        --template=%s
        --directory=%s
        --kubectl=%s
        --kubeconfig=%s
        """
            .formatted(
                zitadel.issuer(),
                zitadel.project(),
                zitadel.organisation(),
                ROLE,
                SecretFile.write(directory.resolve("zitadel.token"), zitadel.managementToken()),
                SecretFile.write(directory.resolve("agent.template.toml"), agent.template()),
                devices,
                KubernetesApi.kubectl(),
                kubeconfig(directory));
    SecretFile.write(directory.resolve("enrol.options"), options);
    return new Enrolment(
        new Fleet(URI.create(zitadel.issuer()), zitadel.project(), zitadel.organisation(), ROLE),
        zitadel.management(),
        new TokenClient(zitadel.client(), zitadel.issuer()),
        agent,
        devices,
        line -> {});
  }

  private String agentToml(Path devices) {
    return """
        device = "{{device}}"
        [nats]
        urls = ["%s"]
        [identity]
        type = "zitadel"
        issuer = "%s"
        project = "%s"
        key_file = "%s/{{device}}/key.json"
        [podman]
        socket = "%s"
        [agent]
        state_directory = "%s/{{device}}/state"
        heartbeat_interval_seconds = 5
        """
        .formatted(
            nats.url(), zitadel.issuer(), zitadel.project(), devices, PodmanSocket.path(), devices);
  }

  /** Who is let in: devices, and people by their roles. */
  Path policy(Path directory) {
    var text =
        """
        trust:
        - issuer: %s
          project: "%s"
          organisations: ["%s"]
          roles: {%s: device, fleet-operator: operator, support: support, viewer: viewer}
        """
            .formatted(zitadel.issuer(), zitadel.project(), zitadel.organisation(), ROLE);
    return SecretFile.write(directory.resolve("policy.yaml"), text);
  }
}
