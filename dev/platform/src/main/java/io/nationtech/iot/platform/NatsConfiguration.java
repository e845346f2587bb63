package io.nationtech.iot.platform;

import io.nationtech.iot.codec.Wire;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A nats-server configuration: accounts HUB, DEV and OPS, and one static user a device with its own
 * subjects only.
 */
record NatsConfiguration(
    String serverName,
    String operatorPassword,
    SortedMap<String, String> devicePasswords,
    List<String> routes) {
  private static final List<String> SERVICES =
      List.of(Wire.directGet(Wire.BUCKET_DESIRED, "*"), Wire.kvSubject(Wire.BUCKET_REPORTED, "*"));
  private static final List<String> READ_SERVICES =
      List.of(Wire.directGet(Wire.BUCKET_DESIRED, "*"), Wire.directGet(Wire.BUCKET_REPORTED, "*"));

  NatsConfiguration {
    devicePasswords = new TreeMap<>(devicePasswords);
  }

  String text() {
    return """
        server_name: %s
        port: 4222
        http: 8222
        max_control_line: 16KB
        max_payload: 1MB
        jetstream { store_dir: "/data" }
        %s
        accounts {
          %s {
            jetstream: enabled
            users: [ {user: "operator", password: "%s"} ]
            exports: [ %s ]
            imports: [ {stream: {account: %s, subject: "%s"}} ]
          }
          %s {
            users: [ %s ]
            exports: [ {stream: "%s"} ]
            imports: [ %s ]
          }
          %s {
            imports: [ %s ]
          }
        }
        """
        .formatted(
            serverName,
            cluster(),
            Wire.ACCOUNT_HUB,
            operatorPassword,
            exports(),
            Wire.ACCOUNT_DEVICES,
            Wire.heartbeat("*"),
            Wire.ACCOUNT_DEVICES,
            users(),
            Wire.heartbeat("*"),
            imports(SERVICES),
            Wire.ACCOUNT_OPERATIONS,
            imports(READ_SERVICES));
  }

  private String cluster() {
    return routes.isEmpty()
        ? ""
        : "cluster { name: test, port: 6222, routes: [ %s ] }".formatted(quoted(routes));
  }

  private static String exports() {
    return SERVICES.stream().map("{service: \"%s\"}"::formatted).collect(Collectors.joining(", "))
        + ", {service: \"%s\"}".formatted(Wire.directGet(Wire.BUCKET_REPORTED, "*"))
        + ", {stream: \"%s\"}".formatted(Wire.desiredFeed("*"));
  }

  private static String imports(List<String> services) {
    return services.stream()
            .map(
                service ->
                    "{service: {account: %s, subject: \"%s\"}}"
                        .formatted(Wire.ACCOUNT_HUB, service))
            .collect(Collectors.joining(", "))
        + ", {stream: {account: %s, subject: \"%s\"}}"
            .formatted(Wire.ACCOUNT_HUB, Wire.desiredFeed("*"));
  }

  private String users() {
    return devicePasswords.entrySet().stream()
        .map(NatsConfiguration::user)
        .collect(Collectors.joining(",\n"));
  }

  /** Exactly what design section 6 allows a device, and nothing else. */
  private static String user(Map.Entry<String, String> device) {
    var id = device.getKey();
    return "{user: \"%s\", password: \"%s\", permissions: {publish: [%s], subscribe: [%s]}}"
        .formatted(
            id,
            device.getValue(),
            quoted(
                List.of(
                    Wire.directGet(Wire.BUCKET_DESIRED, id),
                    Wire.kvSubject(Wire.BUCKET_REPORTED, id),
                    Wire.heartbeat(id))),
            quoted(List.of(Wire.desiredFeed(id), Wire.inboxPrefix(id) + ".>")));
  }

  private static String quoted(List<String> words) {
    return words.stream().map("\"%s\""::formatted).collect(Collectors.joining(", "));
  }
}
