package io.nationtech.iot.callout;

import static io.nationtech.iot.callout.RawClient.pub;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.callout.nats.Accounts;
import io.nationtech.iot.callout.nats.Nkey;
import io.nationtech.iot.callout.nats.Signer;
import io.nationtech.iot.callout.nats.Xkey;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Bucket;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.nats.Streams;
import io.nationtech.iot.observe.Metered;
import io.nationtech.iot.platform.NatsServer;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same callout where accounts are JWTs of an operator, as nsc makes them. */
class OperatorModeTest {
  private final Vertx vertx = Vertx.vertx();
  private final PlayedIssuer issuer = new PlayedIssuer(vertx);
  private final Xkey xkey = Xkey.generate();
  private final Operated operated = new Operated(xkey.publicKey());

  @TempDir private Path directory;

  @Test
  void devicesAndPeopleSignInAndAStrangerDoesNot() throws Exception {
    try (var nats = NatsServer.configured(operated.configuration())) {
      var credentials = Credentials.file(operated.hubCreds(directory));
      var hub =
          NatsConnection.open(
              vertx,
              new NatsSettings(
                  List.of(nats.url()),
                  "hub",
                  credentials,
                  Wire.inboxPrefix("hub"),
                  Optional.empty()),
              state -> {});
      Fixture.await()
          .ignoreExceptions()
          .until(() -> Fixture.get(new Streams(hub, 1).ensure()) != null);
      Fixture.get(new Bucket(hub, Wire.BUCKET_DESIRED).put("pi-1", "desired".getBytes(UTF_8)));
      var callout =
          Fixture.get(Callout.start(vertx, Clock.systemUTC(), settings(nats), Metered.registry()));
      Fixture.await().until(() -> Fixture.http(callout, "/readyz").statusCode() == 200);

      aDeviceReadsItsDocument(nats);
      aPersonReadsTheSame(nats);
      aStrangerLearnsNothing(nats);
      aDeviceIsCut(nats);
      Fixture.get(callout.close());
      Fixture.get(hub.close());
    }
    Fixture.get(vertx.close());
  }

  private void aDeviceReadsItsDocument(NatsServer nats) {
    try (var device = new RawClient(nats.url())) {
      assertEquals("PONG", device.signIn(issuer.device("pi-1")));
      device.exchange(
          "SUB "
              + Wire.inboxPrefix("pi-1")
              + ".> 1\r\n"
              + pub(
                  Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"),
                  Wire.inboxPrefix("pi-1") + ".1",
                  ""));
      device.message(m -> m.contains("desired"));
      var answers = device.exchange(pub(Wire.kvSubject(Wire.BUCKET_REPORTED, "pi-2"), "", "x"));
      assertTrue(answers.getFirst().contains("Permissions Violation"), answers.toString());
      var subs = new StringBuilder();
      for (int i = 2; i < 20; i++) {
        subs.append("SUB " + Wire.inboxPrefix("pi-1") + ".")
            .append(i)
            .append(' ')
            .append(i)
            .append("\r\n");
      }
      assertTrue(device.exchange(subs.toString()).toString().contains("subscriptions exceeded"));
    }
  }

  private void aPersonReadsTheSame(NatsServer nats) {
    try (var person = new RawClient(nats.url())) {
      assertEquals("PONG", person.signIn(issuer.person("4711", "viewer")));
      person.exchange(
          "SUB "
              + Wire.inboxPrefix("4711")
              + ".> 1\r\n"
              + pub(
                  Wire.directGet(Wire.BUCKET_DESIRED, "pi-1"),
                  Wire.inboxPrefix("4711") + ".1",
                  ""));
      person.message(m -> m.contains("desired"));
    }
  }

  private void aStrangerLearnsNothing(NatsServer nats) {
    for (var token : List.of("", "opaque", issuer.person("4711", "nobody"))) {
      try (var stranger = new RawClient(nats.url())) {
        assertEquals("-ERR 'Authorization Violation'", stranger.signIn(token));
      }
    }
  }

  private void aDeviceIsCut(NatsServer nats) {
    try (var device = new RawClient(nats.url())) {
      assertEquals("PONG", device.signIn(issuer.device("pi-1")));
      assertEquals(0, kick(nats, operated.devices.publicKey()));
      assertEquals("closed", device.answer());
      var unknown = Signer.generate(Nkey.Kind.ACCOUNT).publicKey();
      assertEquals(3, kick(nats, operated.devices.publicKey()));
      assertEquals(1, kick(nats, unknown));
      assertEquals(1, kick(nats, "DEV"));
    }
  }

  private int kick(NatsServer nats, String account) {
    return Main.run(
        "kick",
        "--nats-url=" + nats.url(),
        "--system-creds-file=" + operated.systemCreds(directory),
        "--account=" + account,
        "--watch-seconds=0",
        "pi-1");
  }

  private CalloutSettings settings(NatsServer nats) throws Exception {
    var policy =
        Files.writeString(
            directory.resolve("policy.yaml"),
            """
            trust:
            - issuer: %s
              project: "%s"
              organisations: ["%s"]
              roles: {device: device, viewer: viewer}
            """
                .formatted(issuer.url(), Claims.PROJECT, Claims.ORGANISATION));
    return new CalloutSettings(
        new CalloutSettings.Nats(
            List.of(nats.url()),
            Credentials.file(operated.calloutCreds(directory)),
            Credentials.file(operated.hubCreds(directory)),
            Optional.empty(),
            2),
        new Accounts.Operated(
            operated.auth,
            operated.auth.publicKey(),
            Map.of(
                "DEV",
                new Accounts.Account(operated.devices.publicKey(), operated.devicesSigning),
                "OPS",
                new Accounts.Account(operated.people.publicKey(), operated.people))),
        Optional.of(xkey),
        policy,
        Duration.ofSeconds(1),
        Optional.empty(),
        Optional.empty(),
        new CalloutSettings.Http("127.0.0.1", 0));
  }
}
