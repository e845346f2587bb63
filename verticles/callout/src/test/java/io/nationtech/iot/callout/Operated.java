package io.nationtech.iot.callout;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.callout.nats.NatsJwt;
import io.nationtech.iot.callout.nats.Nkey;
import io.nationtech.iot.callout.nats.Signer;
import io.nationtech.iot.codec.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** What nsc makes: an operator, its accounts and a few users, and a server that knows them. */
final class Operated {
  final Signer operator = Signer.generate(Nkey.Kind.OPERATOR);
  final Signer system = Signer.generate(Nkey.Kind.ACCOUNT);
  final Signer auth = Signer.generate(Nkey.Kind.ACCOUNT);
  final Signer hub = Signer.generate(Nkey.Kind.ACCOUNT);
  final Signer devices = Signer.generate(Nkey.Kind.ACCOUNT);
  final Signer devicesSigning = Signer.generate(Nkey.Kind.ACCOUNT);
  final Signer people = Signer.generate(Nkey.Kind.ACCOUNT);
  private final Signer calloutUser = Signer.generate(Nkey.Kind.USER);
  private final Instant now = Instant.now();
  private final String xkey;

  Operated(String xkey) {
    this.xkey = xkey;
  }

  /** The server's configuration: every account as a JWT, and a sentinel for who brings a token. */
  String configuration() {
    return """
        server_name: operated
        port: 4222
        http: 8222
        max_control_line: 16KB
        jetstream { store_dir: "/data" }
        operator: %s
        system_account: %s
        default_sentinel: %s
        resolver: MEMORY
        resolver_preload: {
          %s: %s
          %s: %s
          %s: %s
          %s: %s
          %s: %s
        }
        """
        .formatted(
            operatorJwt(),
            system.publicKey(),
            sentinel(),
            system.publicKey(),
            account("SYS", system, object()),
            auth.publicKey(),
            authAccount(),
            hub.publicKey(),
            hubAccount(),
            devices.publicKey(),
            devicesAccount(),
            people.publicKey(),
            peopleAccount());
  }

  Path calloutCreds(Path directory) {
    return creds(directory.resolve("callout.creds"), auth, calloutUser);
  }

  Path hubCreds(Path directory) {
    return creds(directory.resolve("hub.creds"), hub, Signer.generate(Nkey.Kind.USER));
  }

  Path systemCreds(Path directory) {
    return creds(directory.resolve("system.creds"), system, Signer.generate(Nkey.Kind.USER));
  }

  private String operatorJwt() {
    var claims = object().put("sub", operator.publicKey()).put("name", "test");
    claims
        .putObject("nats")
        .put("type", "operator")
        .put("version", 2)
        .put("system_account", system.publicKey());
    return NatsJwt.sign(operator, claims, now);
  }

  private String sentinel() {
    var claims = object().put("sub", Signer.generate(Nkey.Kind.USER).publicKey());
    var nats = claims.put("name", "sentinel").putObject("nats");
    nats.put("type", "user").put("version", 2).put("bearer_token", true);
    nats.put("subs", -1).put("data", -1).put("payload", -1);
    nats.putObject("pub").putArray("deny").add(">");
    nats.putObject("sub").putArray("deny").add(">");
    return NatsJwt.sign(auth, claims, now);
  }

  private String authAccount() {
    var nats = object();
    var authorization = nats.putObject("authorization").put("xkey", xkey);
    authorization.putArray("auth_users").add(calloutUser.publicKey());
    authorization.putArray("allowed_accounts").add(devices.publicKey()).add(people.publicKey());
    return account(Wire.ACCOUNT_AUTHENTICATION, auth, nats);
  }

  private String hubAccount() {
    var nats = object();
    var exports = nats.putArray("exports");
    for (var service :
        List.of(
            Wire.directGet(Wire.BUCKET_DESIRED, "*"),
            Wire.directGet(Wire.BUCKET_REPORTED, "*"),
            Wire.kvSubject(Wire.BUCKET_REPORTED, "*"))) {
      exports.addObject().put("name", service).put("subject", service).put("type", "service");
    }
    exported(exports, Wire.desiredFeed("*"));
    return account("HUB", hub, nats);
  }

  private String devicesAccount() {
    var nats = object();
    nats.putArray("signing_keys").add(devicesSigning.publicKey());
    exported(nats.putArray("exports"), Wire.heartbeat("*"));
    var imports = nats.putArray("imports");
    imported(imports, Wire.directGet(Wire.BUCKET_DESIRED, "*"), "service");
    imported(imports, Wire.kvSubject(Wire.BUCKET_REPORTED, "*"), "service");
    imported(imports, Wire.desiredFeed("*"), "stream");
    dropped(nats);
    return account("DEV", devices, nats);
  }

  private String peopleAccount() {
    var nats = object();
    var imports = nats.putArray("imports");
    imported(imports, Wire.directGet(Wire.BUCKET_DESIRED, "*"), "service");
    imported(imports, Wire.directGet(Wire.BUCKET_REPORTED, "*"), "service");
    imported(imports, Wire.desiredFeed("*"), "stream");
    dropped(nats);
    return account("OPS", people, nats);
  }

  private static void dropped(ObjectNode nats) {
    nats.putObject("mappings")
        .putArray(Wire.desiredFeed("*"))
        .addObject()
        .put("subject", Wire.dropped("$1"));
  }

  private static void exported(ArrayNode exports, String stream) {
    exports.addObject().put("name", stream).put("subject", stream).put("type", "stream");
  }

  private void imported(ArrayNode imports, String subject, String type) {
    imports
        .addObject()
        .put("name", subject)
        .put("subject", subject)
        .put("account", hub.publicKey())
        .put("type", type);
  }

  private String account(String name, Signer account, ObjectNode nats) {
    nats.put("type", "account").put("version", 2);
    var limits = nats.putObject("limits");
    for (var unlimited :
        List.of("data", "imports", "exports", "conn", "leaf", "streams", "consumer")) {
      limits.put(unlimited, -1);
    }
    limits.put("subs", account == devices ? 16 : -1).put("payload", -1).put("wildcards", true);
    if (account == hub) {
      limits.put("mem_storage", -1).put("disk_storage", -1);
    }
    var claims = object().put("sub", account.publicKey()).put("name", name);
    claims.set("nats", nats);
    return NatsJwt.sign(operator, claims, now);
  }

  private Path creds(Path file, Signer account, Signer user) {
    var claims = object().put("sub", user.publicKey()).put("name", "test");
    var nats = claims.putObject("nats");
    nats.put("type", "user").put("version", 2);
    nats.put("subs", -1).put("data", -1).put("payload", -1);
    try {
      return Files.writeString(
          file,
          """
          -----BEGIN NATS USER JWT-----
          %s
          ------END NATS USER JWT------

          -----BEGIN USER NKEY SEED-----
          %s
          ------END USER NKEY SEED------
          """
              .formatted(NatsJwt.sign(account, claims, now), user.seed()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
