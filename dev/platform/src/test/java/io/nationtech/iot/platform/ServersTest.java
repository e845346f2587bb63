package io.nationtech.iot.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ServersTest {
  @Test
  void kubectlReachesTheApiServer() {
    try (var api = KubernetesApi.start()) {
      var answer = api.kubectl("get", "namespaces");
      assertEquals(0, answer.exitCode(), answer.output());
      assertTrue(answer.output().contains("default"), answer.output());
    }
  }

  @Test
  void anImageIsPushedToTheRegistryAndPulledFromIt() {
    try (var registry = OciRegistry.start(Place.FREE)) {
      var image = registry.push(Images.HELLO_1, "hello:1");
      assertTrue(Command.run("podman", "pull", "--tls-verify=false", image).length() > 0);
      Command.run("podman", "rmi", image);
    }
  }
}
