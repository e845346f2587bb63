package io.nationtech.iot.agent.zitadel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.agent.identity.Token;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Trust;
import io.nationtech.iot.platform.ConfiguredNats;
import io.nationtech.iot.platform.PrivateAuthority;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.support.JwtUtils;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * A nats-server that admits whoever has an unexpired token, until that token expires: the server's
 * own part of the authentication callout, and the least of the callout's.
 */
final class TestCallout implements AutoCloseable {
  /** A token that never expires. */
  static final String OBSERVER = "observer";

  final boolean tls;
  private final NKey issuer;
  private final ConfiguredNats server;
  private final Connection connection;

  /** When each token that was admitted expires. */
  final List<Instant> admitted = new CopyOnWriteArrayList<>();

  /** With TLS where there is a certificate for it, for the host localhost. */
  TestCallout(Optional<PrivateAuthority.Issued> tls, PrivateAuthority authority) throws Exception {
    this.tls = tls.isPresent();
    issuer = NKey.createAccount(new SecureRandom());
    var secured = tls.isPresent() ? "tls { cert_file: /tls.pem, key_file: /tls.key }\n" : "";
    server =
        ConfiguredNats.start(
            secured
                + """
                accounts { AUTH { users: [ {user: callout, password: callout} ] }, DEV { }, SYS { } }
                system_account: SYS
                authorization { auth_callout { issuer: %s, account: AUTH, auth_users: [ callout ] } }
                """
                    .formatted(new String(issuer.getPublicKey())),
            tls.map(pair -> Map.of("/tls.pem", pair.certificate(), "/tls.key", pair.key()))
                .orElse(Map.of()));
    var options =
        new Options.Builder()
            .server(url())
            .hostnameResolveMode(Options.HostnameResolveMode.HappyEyeballs)
            .userInfo("callout", "callout");
    if (tls.isPresent()) {
      options.sslContext(trusting(authority));
    }
    connection = Nats.connect(options.build());
    connection.createDispatcher(this::asked).subscribe(Wire.AUTHORIZATION_REQUEST);
  }

  private static SSLContext trusting(PrivateAuthority authority) throws Exception {
    var context = SSLContext.getInstance("TLS");
    var trust = Trust.in(Optional.of(authority.certificate())).manager();
    context.init(null, new TrustManager[] {trust}, null);
    return context;
  }

  String url() {
    return server.url("nats", "localhost");
  }

  private void asked(Message message) {
    try {
      var nats = claims(new String(message.getData(), UTF_8)).path("nats");
      var token = nats.path("connect_opts").path("auth_token").asText();
      var life =
          token.equals(OBSERVER)
              ? Duration.ofDays(1)
              : AccessToken.read(token).map(TestCallout::life).orElse(Duration.ZERO);
      message.getConnection().publish(message.getReplyTo(), answer(nats, life).getBytes(UTF_8));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Duration life(Token token) {
    return Duration.between(Instant.now(), token.expires());
  }

  private String answer(JsonNode nats, Duration life) throws Exception {
    var user = nats.path("user_nkey").asText();
    var account = new String(issuer.getPublicKey());
    var now = JwtUtils.currentTimeSeconds();
    var verdict = "\"error\":\"expired\"";
    if (life.isPositive()) {
      admitted.add(Instant.now().plus(life));
      var permissions =
          "{\"pub\":{},\"sub\":{},\"subs\":-1,\"data\":-1,\"payload\":-1,"
              + "\"type\":\"user\",\"version\":2}";
      verdict =
          "\"jwt\":\"%s\""
              .formatted(
                  JwtUtils.issueJWT(
                      issuer, user, "test", life, now, account, "DEV", () -> permissions));
    }
    var response = "{" + verdict + ",\"type\":\"authorization_response\",\"version\":2}";
    return JwtUtils.issueJWT(
        issuer,
        user,
        "test",
        null,
        now,
        account,
        nats.path("server_id").path("id").asText(),
        () -> response);
  }

  private static JsonNode claims(String jwt) throws Exception {
    return CanonicalJson.parse(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]));
  }

  @Override
  public void close() throws InterruptedException {
    connection.close();
    server.close();
  }
}
