package io.nationtech.iot.callout.nats;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.codec.Wire;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Tells a nats-server's question from anything else: sealed for us by the server that signed it,
 * meant for us, and of this moment.
 */
final class Questions {
  /** Between the clocks of this machine and the server's. */
  private static final Duration LEEWAY = Duration.ofSeconds(10);

  /** nats-server's own time limit for a login is seconds. */
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Optional<Xkey> xkey;
  private final String subject;

  /** {@code subject}: the issuer's key in config mode, the AUTH account's in operator mode. */
  Questions(Optional<Xkey> xkey, String subject) {
    this.xkey = xkey;
    this.subject = subject;
  }

  /** {@code waited}: how long the message has been here already. */
  Incoming read(byte[] data, Map<String, String> headers, Instant now, Duration waited) {
    var sender = headers.getOrDefault(Wire.HEADER_SERVER_XKEY, "");
    var opened = xkey.isEmpty() ? Optional.of(data) : xkey.get().open(data, sender);
    if (opened.isEmpty()) {
      return new Incoming.Noise("not sealed for this callout");
    }
    return NatsJwt.verified(Nkey.Kind.SERVER, new String(opened.get(), US_ASCII))
        .map(claims -> question(claims, xkey.isEmpty() ? "" : sender, now, waited))
        .orElseGet(() -> new Incoming.Noise("not signed by a server"));
  }

  private Incoming question(JsonNode claims, String sender, Instant now, Duration waited) {
    var nats = claims.path("nats");
    var server = nats.path("server_id");
    var userNkey = nats.path("user_nkey").asText();
    if (!claims.path("aud").asText().equals(Wire.AUTHORIZATION_AUDIENCE)
        || !nats.path("type").asText().equals("authorization_request")
        || !claims.path("sub").asText().equals(subject)) {
      return new Incoming.Noise("not an authorization request for this callout");
    }
    if (!server.path("id").asText().equals(claims.path("iss").asText())
        || !(sender.isEmpty() || server.path("xkey").asText().equals(sender))) {
      return new Incoming.Noise("not from the server it names");
    }
    if (!fresh(claims, now)) {
      return new Incoming.Noise("not of this moment: a replay, or clocks that differ");
    }
    if (late(claims, waited)) {
      return new Incoming.Noise("waited here until the server no longer does");
    }
    if (Nkey.publicKey(Nkey.Kind.USER, userNkey).isEmpty()) {
      return new Incoming.Noise("no user key");
    }
    var client = nats.path("client_info");
    return new Incoming.Question(
        new Incoming.Server(server.path("id").asText(), sender),
        userNkey,
        nats.path("connect_opts").path("auth_token").asText(""),
        new Incoming.Peer(client.path("host").asText(), client.path("kind").asText()));
  }

  /**
   * Where more ask than can be answered, an answer that comes too late costs the next one its turn:
   * then nobody is let in at all. The other half of the server's patience is for its own part.
   */
  private static boolean late(JsonNode claims, Duration waited) {
    // Whole seconds, both cut off: of a timeout below one second nothing is left.
    long patience = Math.max(1, claims.path("exp").asLong() - claims.path("iat").asLong());
    return waited.compareTo(Duration.ofSeconds(patience).dividedBy(2)) > 0;
  }

  private static boolean fresh(JsonNode claims, Instant now) {
    long second = now.getEpochSecond();
    long issued = claims.path("iat").asLong();
    long expires = claims.path("exp").asLong();
    return issued <= second + LEEWAY.toSeconds()
        && expires >= second - LEEWAY.toSeconds()
        && expires - issued <= LONGEST.toSeconds();
  }
}
