package io.nationtech.iot.platform.demo;

import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.KubernetesApi;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.OciRegistry;
import io.nationtech.iot.platform.Place;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** The real servers at the demo's places; they stay when the demo ends. */
record Servers(NatsServer nats, KubernetesApi kubernetes) {
  static Servers start(Path directory, String device) {
    var kubernetes =
        CompletableFuture.supplyAsync(
            () ->
                KubernetesApi.start(
                    Place.fixed("iot-demo-etcd", Ports.ETCD),
                    Place.fixed("iot-demo-kubernetes", Ports.KUBERNETES),
                    NatsServer.newPassword(),
                    directory.resolve("kubeconfig")));
    var registry =
        CompletableFuture.runAsync(
            () -> {
              var started = OciRegistry.start(Place.fixed("iot-demo-registry", Ports.REGISTRY));
              started.push(Images.HELLO_1, "hello:1");
              started.push(Images.HELLO_2, "hello:2");
            });
    var nats =
        NatsServer.start(
            Place.fixed("iot-demo-nats", Ports.NATS),
            NatsServer.newPassword(),
            new TreeMap<>(Map.of(device, NatsServer.newPassword())));
    registry.join();
    return new Servers(nats, kubernetes.join());
  }
}
