package io.nationtech.iot.bench;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.platform.Images;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A desired document of services that serve a page nobody asks for. Its deployment has the device's
 * name: several devices may be on one podman.
 */
final class IdleDocument {
  private IdleDocument() {}

  static String of(DeviceId device, int services) {
    return of(device, services, 0);
  }

  /** {@code padding}: bytes of environment that make it larger. */
  static String of(DeviceId device, int services, int padding) {
    var env = "[{\"name\":\"PADDING\",\"value\":\"" + "x".repeat(padding / services) + "\"}]";
    var all =
        IntStream.range(0, services)
            .mapToObj(n -> service(n, env))
            .collect(Collectors.joining(","));
    return """
        {"device":"%s","owner":"bench/bench","paused":false,"deployments":{"%s":{"uid":"idle","generation":1,
        "since":"2026-11-23T09:59:58Z","retry":0,"update":{},
        "score":{"type":"PodmanV0","data":{"services":[%s]}}}}}"""
        .formatted(device, device, all);
  }

  private static String service(int number, String env) {
    return "{\"name\":\"s%d\",\"image\":\"%s\",\"env\":%s}".formatted(number, Images.HELLO_1, env);
  }
}
