package io.nationtech.iot.nats;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where and as whom to connect.
 *
 * @param name what the server's own listings call this connection
 * @param inboxPrefix below which answers come
 * @param trust which certificates of servers are believed
 * @param backOff between tries to connect
 * @param pings while nothing else is heard
 */
public record NatsSettings(
    List<String> urls,
    String name,
    Credentials credentials,
    String inboxPrefix,
    Trust trust,
    BackOff backOff,
    Pings pings) {

  /** With the pings of a service. */
  public NatsSettings(
      List<String> urls,
      String name,
      Credentials credentials,
      String inboxPrefix,
      Trust trust,
      BackOff backOff) {
    this(urls, name, credentials, inboxPrefix, trust, backOff, Pings.SERVICE);
  }

  /** Of a service. */
  public NatsSettings(
      List<String> urls, String name, Credentials credentials, String inboxPrefix, Trust trust) {
    this(urls, name, credentials, inboxPrefix, trust, BackOff.SERVICE, Pings.SERVICE);
  }

  /** {@code caFile}: certificates to trust in place of the system's, PEM. */
  public NatsSettings(
      List<String> urls,
      String name,
      Credentials credentials,
      String inboxPrefix,
      Optional<Path> caFile) {
    this(urls, name, credentials, inboxPrefix, Trust.in(caFile));
  }

  /** jnats refuses a server without TLS once it is given a context for it. */
  boolean encrypted() {
    return trust.chosen() || urls.stream().anyMatch(url -> url.startsWith("tls://"));
  }
}
