package io.nationtech.iot.callout.nats;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.callout.decide.Decision.Allow;
import io.nationtech.iot.callout.decide.Limits;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Writes the answers to a server, and the users in them. */
final class Mint {
  private static final int VERSION = 2;

  /** Leaf nodes and MQTT have rules of their own for subjects: nobody comes in by them. */
  private static final List<String> CONNECTION_TYPES = List.of("STANDARD", "WEBSOCKET");

  private final Accounts accounts;

  Mint(Accounts accounts) {
    this.accounts = accounts;
  }

  /** An answer that lets in. */
  String allow(Incoming.Question question, Allow allow, Instant now) {
    var claims = answer(question);
    nats(claims).put("jwt", user(question.userNkey(), allow, now));
    return sign(claims, now);
  }

  /** An answer that keeps out; the true reason is nobody's business but the log's. */
  String deny(Incoming.Question question, Instant now) {
    var claims = answer(question);
    nats(claims).put("error", "not authorized");
    return sign(claims, now);
  }

  private static ObjectNode answer(Incoming.Question question) {
    var claims = object().put("aud", question.server().id()).put("sub", question.userNkey());
    claims.set("nats", object().put("type", "authorization_response").put("version", VERSION));
    return claims;
  }

  private String sign(ObjectNode claims, Instant now) {
    return switch (accounts) {
      case Accounts.Configured configured -> NatsJwt.sign(configured.issuer(), claims, now);
      case Accounts.Operated operated -> {
        nats(claims).put("issuer_account", operated.authenticationAccount());
        yield NatsJwt.sign(operated.authentication(), claims, now);
      }
    };
  }

  private String user(String userNkey, Allow allow, Instant now) {
    var nats = object().put("type", "user").put("version", VERSION);
    nats.set("pub", only(allow.permissions().publish()));
    nats.set("sub", only(allow.permissions().subscribe()));
    nats.set("allowed_connection_types", array(CONNECTION_TYPES));
    limit(nats, allow.limits());
    var claims =
        object()
            .put("sub", userNkey)
            .put("name", allow.name())
            .put("exp", allow.expiry().getEpochSecond());
    claims.set("nats", nats);
    return switch (accounts) {
      case Accounts.Configured configured ->
          NatsJwt.sign(configured.issuer(), claims.put("aud", allow.account()), now);
      case Accounts.Operated operated -> {
        var account = Objects.requireNonNull(operated.byName().get(allow.account()));
        nats.put("issuer_account", account.publicKey());
        yield NatsJwt.sign(account.signer(), claims, now);
      }
    };
  }

  private static void limit(ObjectNode nats, Limits limits) {
    nats.put("subs", limits.subscriptions())
        .put("payload", limits.payloadBytes())
        .put("data", limits.dataBytes());
  }

  /** To nats-server an empty list of allowed subjects means all of them. */
  private static ObjectNode only(List<String> subjects) {
    var permission = object();
    if (subjects.isEmpty()) {
      permission.set("deny", array(List.of(">")));
    } else {
      permission.set("allow", array(subjects));
    }
    return permission;
  }

  private static ArrayNode array(List<String> texts) {
    var array = JsonNodeFactory.instance.arrayNode();
    texts.forEach(array::add);
    return array;
  }

  private static ObjectNode nats(ObjectNode claims) {
    return (ObjectNode) claims.get("nats");
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
