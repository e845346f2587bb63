package io.nationtech.iot.nats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.platform.ConfiguredNats;
import io.nats.client.Options;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and credentials files that end, on a real server. */
class CredentialsTest {
  private static final String TOKEN = "authorization { token: %s }\n";

  private static final byte[] BYTES = new byte[1];

  private final Vertx vertx = Vertx.vertx();
  private final List<ConnectionState> states = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger logins = new AtomicInteger();

  @AfterEach
  void end() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void anExpiredTokenIsTriedForEverAndTheNextOneIsTakenWithoutHelp() throws Exception {
    try (var server = ConfiguredNats.start(TOKEN.formatted("first"), Map.of())) {
      var token = new AtomicReference<>("first");
      connect(server, counting(Credentials.token(token::get)));
      awaitConnected();

      server.reload(TOKEN.formatted("second"));
      // More than the two after which jnats gives up for good.
      Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> refusals.get() >= 4);
      assertTrue(
          states.getLast().toString().contains("Authorization Violation"), states.toString());

      token.set("second");
      awaitConnected();
    }
  }

  @Test
  void aConnectionIsRenewedWithoutAMessageMissed() throws Exception {
    try (var server = ConfiguredNats.start(TOKEN.formatted("only"), Map.of())) {
      var heard = Collections.synchronizedSet(new HashSet<String>());
      var connection = connect(server, Credentials.token(() -> "only"));
      connection.subscribe("count.*", message -> heard.add(message.subject()));
      awaitConnected();
      var publisher = connect(server, Credentials.token(() -> "only"));
      Awaitility.await().until(() -> states.size() == 2);

      var sent = new AtomicInteger();
      long timer =
          vertx.setPeriodic(2, tick -> publisher.publish("count." + sent.incrementAndGet(), BYTES));
      Awaitility.await().until(() -> heard.size() > 50);
      vertx.runOnContext(go -> connection.renew());
      Awaitility.await().until(() -> server.connections() == 3);
      Awaitility.await().until(() -> server.connections() == 2);
      vertx.cancelTimer(timer);

      Awaitility.await().until(() -> heard.size() == sent.get());
      assertEquals(2, states.size(), states.toString());
    }
  }

  @Test
  void aRenewalThatIsRefusedLeavesTheConnectionThatStands() throws Exception {
    try (var server = ConfiguredNats.start(TOKEN.formatted("good"), Map.of())) {
      var token = new AtomicReference<>("good");
      var connection = connect(server, counting(Credentials.token(token::get)));
      var heard = new AtomicInteger();
      connection.subscribe("own", message -> heard.incrementAndGet());
      awaitConnected();

      token.set("bad");
      vertx.runOnContext(go -> connection.renew());
      // jnats takes its whole connection timeout to say that it was refused.
      Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> refusals.get() >= 2);
      connection.publish("own", BYTES);
      Awaitility.await().until(() -> heard.get() == 1);
      assertEquals(1, states.size(), states.toString());
    }
  }

  @Test
  void withNothingToSayYetThereIsNoAttemptUntilThereIs() throws Exception {
    try (var server = ConfiguredNats.start(TOKEN.formatted("late"), Map.of())) {
      var token = new AtomicReference<>("");
      var attempts = new AtomicInteger();
      var connection =
          connect(
              server,
              new Credentials() {
                @Override
                public boolean ready() {
                  attempts.incrementAndGet();
                  return !"".equals(token.get());
                }

                @Override
                public void apply(Options.Builder options) {
                  Credentials.token(token::get).apply(options);
                }
              });
      Awaitility.await().until(() -> attempts.get() == 1);
      token.set("late");
      vertx.runOnContext(go -> connection.renew());
      awaitConnected();
      assertEquals(1, states.size(), states.toString());
    }
  }

  @Test
  @Tag("slow")
  void aCredentialsFileIsReadAgainWhenItsUserHasExpired(@TempDir Path directory) throws Exception {
    var operator = new OperatorMode();
    var file = directory.resolve("device.creds");
    try (var server = ConfiguredNats.start(operator.configuration(), Map.of())) {
      Files.writeString(file, operator.user("pi-1", Duration.ofSeconds(5)));
      connect(server, counting(Credentials.file(file)));
      awaitConnected();
      Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> refusals.get() >= 2);
      Files.writeString(file, operator.user("pi-1", Duration.ofHours(1)));
      awaitConnected();
    }
  }

  @Test
  void whatAllServersRefuseInOneRoundOfTriesIsOneRefusal() throws Exception {
    var urls = new ArrayList<String>();
    for (int i = 0; i < 3; i++) {
      urls.add("nats://127.0.0.1:" + refusing().actualPort());
    }
    connect(urls, counting(Credentials.token(() -> "bad")));
    Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> states.size() == 1);
    assertEquals(3, logins.get());
    assertEquals(1, refusals.get());
    Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> refusals.get() == 2);
  }

  /** Three that start in a moment, and refuse everybody. */
  private NetServer refusing() throws Exception {
    return vertx
        .createNetServer()
        .connectHandler(
            socket -> {
              socket.write("INFO {\"max_payload\":1024,\"auth_required\":true}\r\n");
              socket.handler(
                  connect -> {
                    logins.incrementAndGet();
                    socket.handler(more -> {});
                    socket.end(Buffer.buffer("-ERR 'Authorization Violation'\r\n"));
                  });
            })
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private void awaitConnected() {
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> !states.isEmpty() && states.getLast() instanceof ConnectionState.Connected);
  }

  private Credentials counting(Credentials credentials) {
    return new Credentials() {
      @Override
      public void apply(Options.Builder options) {
        credentials.apply(options);
      }

      @Override
      public void refused() {
        refusals.incrementAndGet();
      }
    };
  }

  private NatsConnection connect(ConfiguredNats server, Credentials credentials) {
    return connect(List.of(server.url("nats", "127.0.0.1")), credentials);
  }

  private NatsConnection connect(List<String> urls, Credentials credentials) {
    var settings =
        new NatsSettings(urls, "test", credentials, "_INBOX", Trust.in(Optional.empty()));
    return NatsConnection.open(vertx, settings, states::add);
  }
}
