package io.nationtech.iot.platform;

import io.nationtech.iot.codec.Wire;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A nats-server configuration: accounts HUB, DEV and OPS, and one static user a device with its own
 * subjects only.
 */
record NatsConfiguration(
    String serverName,
    String operatorPassword,
    SortedMap<String, String> devicePasswords,
    List<String> routes,
    Optional<AuthCallout> callout) {
  private static final int DEVICE_SUBSCRIPTIONS = 16;
  private static final int DEVICE_PAYLOAD = Wire.MAX_REPORTED_BYTES + 16 * 1024;
  private static final int PERSON_SUBSCRIPTIONS = 256;
  private static final int PERSON_PAYLOAD = 64 * 1024;
  private static final List<String> SERVICES =
      List.of(Wire.directGet(Wire.BUCKET_DESIRED, "*"), Wire.kvSubject(Wire.BUCKET_REPORTED, "*"));
  private static final List<String> READ_SERVICES =
      List.of(Wire.directGet(Wire.BUCKET_DESIRED, "*"), Wire.directGet(Wire.BUCKET_REPORTED, "*"));

  /**
   * Who is asked about everybody that is no static user.
   *
   * @param issuer public key of the account key that signs the answers
   * @param xkey public key that requests are sealed for; they are not where it is empty
   * @param password of the callout's user in AUTH
   * @param identitiesPassword of its user in HUB, for the bucket device-identity
   * @param kickPassword of the user in SYS that closes connections
   */
  record AuthCallout(
      String issuer, String xkey, String password, String identitiesPassword, String kickPassword) {
    String text() {
      return """
          system_account: %s
          authorization {
            auth_callout {
              issuer: %s
              account: %s
              auth_users: [ %s ]
              %s
            }
          }
          """
          .formatted(
              Wire.ACCOUNT_SYSTEM,
              issuer,
              Wire.ACCOUNT_AUTHENTICATION,
              quoted(
                  List.of(
                      NatsServer.OPERATOR,
                      NatsServer.CALLOUT,
                      NatsServer.IDENTITIES,
                      NatsServer.KICK)),
              xkey.isEmpty() ? "" : "xkey: " + xkey);
    }

    /** In HUB, and no further than one bucket. */
    String identities() {
      var bucket = Wire.BUCKET_IDENTITY;
      return ", {user: \"%s\", password: \"%s\", permissions: {publish: [%s], subscribe: [%s]}}"
          .formatted(
              NatsServer.IDENTITIES,
              identitiesPassword,
              quoted(
                  List.of(
                      Wire.kvSubject(bucket, "*"),
                      Wire.directGet(bucket, "*"),
                      "$JS.API.STREAM.INFO." + Wire.kvStream(bucket),
                      Wire.refused("*"))),
              quoted(
                  List.of(
                      Wire.kvSubject(bucket, "*"),
                      Wire.bucketDeleted(bucket),
                      Wire.inboxPrefix(NatsServer.CALLOUT) + ".>")));
    }

    String accounts() {
      return """
          %s { users: [ {user: "%s", password: "%s"} ] }
          %s { users: [ {user: "%s", password: "%s", permissions: {publish: [%s], subscribe: [%s]}} ] }
          """
          .formatted(
              Wire.ACCOUNT_AUTHENTICATION,
              NatsServer.CALLOUT,
              password,
              Wire.ACCOUNT_SYSTEM,
              NatsServer.KICK,
              kickPassword,
              quoted(
                  List.of(
                      Wire.SERVERS, Wire.connections("*"), Wire.accountInfo("*"), Wire.kick("*"))),
              quoted(List.of(Wire.inboxPrefix(NatsServer.KICK) + ".>")));
    }
  }

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
        %s
        accounts {
          %s
          %s {
            jetstream: enabled
            users: [ {user: "operator", password: "%s"}%s ]
            exports: [ %s ]
            imports: [ {stream: {account: %s, subject: "%s"}} ]
          }
          %s {
            users: [ %s ]
            exports: [ {stream: "%s"} ]
            imports: [ %s ]
            mappings: { %s }
            %s
          }
          %s {
            imports: [ %s, {stream: {account: %s, subject: "%s"}} ]
            mappings: { %s }
            %s
          }
        }
        """
        .formatted(
            serverName,
            cluster(),
            callout.map(AuthCallout::text).orElse(""),
            callout.map(AuthCallout::accounts).orElse(""),
            Wire.ACCOUNT_HUB,
            operatorPassword,
            callout.map(AuthCallout::identities).orElse(""),
            exports(),
            Wire.ACCOUNT_DEVICES,
            Wire.heartbeat("*"),
            Wire.ACCOUNT_DEVICES,
            users(),
            Wire.heartbeat("*"),
            imports(SERVICES),
            dropped(Wire.desiredFeed("*")),
            limits(DEVICE_SUBSCRIPTIONS, DEVICE_PAYLOAD),
            Wire.ACCOUNT_OPERATIONS,
            imports(READ_SERVICES),
            Wire.ACCOUNT_DEVICES,
            Wire.heartbeat("*"),
            dropped(Wire.desiredFeed("*"), Wire.heartbeat("*")),
            limits(PERSON_SUBSCRIPTIONS, PERSON_PAYLOAD));
  }

  /**
   * An account's limits, which nats-server applies to each of its connections; those of a user that
   * a callout lets in it reads and does not apply (2.14).
   */
  private String limits(int subscriptions, int payload) {
    return callout.isEmpty()
        ? ""
        : "limits { max_subscriptions: %d, max_payload: %d }".formatted(subscriptions, payload);
  }

  private static String dropped(String... feeds) {
    return Stream.of(feeds)
        .map(feed -> "\"%s\": \"%s\"".formatted(feed, Wire.dropped("$1")))
        .collect(Collectors.joining(", "));
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
