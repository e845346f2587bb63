package io.nationtech.iot.callout.nats;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.codec.Wire;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/** A nats-server that asks, played with its own keys. */
final class Server {
  final Signer key = Signer.generate(Nkey.Kind.SERVER);
  final Xkey xkey = Xkey.generate();
  final Signer user = Signer.generate(Nkey.Kind.USER);
  private final String issuer;
  private final Xkey callout;

  Server(String issuer, Xkey callout) {
    this.issuer = issuer;
    this.callout = callout;
  }

  /** A request as nats-server makes it, changed by {@code edit} before it is signed. */
  String request(String token, Instant now, Consumer<ObjectNode> edit) {
    var claims = JsonNodeFactory.instance.objectNode();
    claims
        .put("aud", Wire.AUTHORIZATION_AUDIENCE)
        .put("sub", issuer)
        .put("exp", now.getEpochSecond() + 2);
    var nats = claims.putObject("nats");
    nats.put("type", "authorization_request").put("version", 2).put("user_nkey", user.publicKey());
    nats.putObject("server_id")
        .put("name", "nats")
        .put("id", key.publicKey())
        .put("xkey", xkey.publicKey());
    nats.putObject("client_info").put("host", "10.0.0.1").put("kind", "Client").put("type", "nats");
    nats.putObject("connect_opts").put("auth_token", token).put("protocol", 1);
    edit.accept(claims);
    return NatsJwt.sign(key, claims, now);
  }

  byte[] seal(String request) {
    return xkey.seal(request.getBytes(US_ASCII), callout.publicKey());
  }

  Map<String, String> headers() {
    return Map.of(Wire.HEADER_SERVER_XKEY, xkey.publicKey());
  }

  /** The claims of the answer, opened and checked as nats-server does. */
  com.fasterxml.jackson.databind.JsonNode open(byte[] answer) {
    var jwt = new String(xkey.open(answer, callout.publicKey()).orElseThrow(), US_ASCII);
    return NatsJwt.verified(Nkey.Kind.ACCOUNT, jwt).orElseThrow();
  }
}
