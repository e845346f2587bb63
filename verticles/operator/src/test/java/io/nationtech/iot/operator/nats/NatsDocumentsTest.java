package io.nationtech.iot.operator.nats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.Bucket;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsSettings;
import io.nationtech.iot.operator.desired.Pin;
import io.nationtech.iot.operator.reconcile.Documents;
import io.nationtech.iot.operator.reconcile.Observer.Outcome;
import io.nationtech.iot.operator.reconcile.Observer.Target;
import io.nationtech.iot.operator.status.Report;
import io.nationtech.iot.platform.NatsServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator is told of its documents by a real server. */
class NatsDocumentsTest {
  private final Vertx vertx = Vertx.vertx();
  private final NatsServer server = NatsServer.start("pi-1");
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<String> writes = new CopyOnWriteArrayList<>();
  private final NatsDocuments documents = new NatsDocuments(vertx, this::settings, 1, this::wrote);
  private final NatsConnection another =
      NatsConnection.open(vertx, settings("another"), state -> {});

  @BeforeEach
  void start() throws Exception {
    var context = vertx.getOrCreateContext();
    context.runOnContext(go -> documents.start(new Told()));
    Awaitility.await().until(() -> told.contains("connected"));
    await(documents.ensure());
    told.clear();
  }

  @AfterEach
  void close() throws Exception {
    await(documents.close());
    await(another.close());
    await(vertx.close());
    server.close();
  }

  @Test
  void whatItWroteItselfIsNoNewsAndWhatAnotherWroteIs() throws Exception {
    var one = empty("central/one");
    long first = await(documents.write("pi-1", one, 0));
    Awaitility.await().ignoreExceptions().until(() -> put(empty("central/two")) > first);
    Awaitility.await().until(() -> told.equals(List.of("changed pi-1")));
    // The very text that this one wrote, but somebody else put it there.
    put(one);
    Awaitility.await().until(() -> told.equals(List.of("changed pi-1", "changed pi-1")));
  }

  @Test
  void aDeletedBucketIsToldAndCanBeMadeAgain() throws Exception {
    await(documents.write("pi-1", empty("central/one"), 0));
    await(
        another.request(
            "$JS.API.STREAM.DELETE." + Wire.kvStream(Wire.BUCKET_DESIRED), Map.of(), new byte[0]));
    Awaitility.await().until(() -> told.contains("bucket lost"));
    assertEquals(true, await(documents.ensure()));
    assertEquals(0, await(documents.desired("pi-1")).revision());
    await(documents.write("pi-1", empty("central/one"), 0));
  }

  @Test
  void aPinIsReadWrittenAndToldAndALostRaceIsAConflict() throws Exception {
    assertEquals(new Pin(0, Optional.empty()), await(documents.pin("pi-1")));
    long first = await(documents.writePin("pi-1", "ours", 0));
    assertEquals(new Pin(first, Optional.of("ours")), await(documents.pin("pi-1")));
    Awaitility.await().until(() -> told.equals(List.of("pin changed pi-1")));
    assertThrows(ExecutionException.class, () -> await(documents.writePin("pi-1", "late", 0)));
    assertEquals(new Pin(first, Optional.of("ours")), await(documents.pin("pi-1")));
    assertEquals(List.of("Pin Done", "Pin Conflict"), writes);
    await(documents.write("pi-1", empty("central/one"), 0));
    assertEquals("Desired Done", writes.getLast());
  }

  @Test
  void aRefusalIsToldAndOneThatCannotBeReadIsNot() throws Exception {
    Awaitility.await().ignoreExceptions().until(() -> put(empty("central/two")) > 0);
    told.clear();
    var stranger = new IdentityDocument("https://id.example", "666", "400").encode();
    another.publish(Wire.refused("pi-1"), "nonsense".getBytes(UTF_8));
    another.publish(Wire.refused("pi-1"), new byte[0]);
    another.publish(Wire.refused("PI_1"), stranger.getBytes(UTF_8));
    another.publish(Wire.refused("pi-1"), stranger.getBytes(UTF_8));
    Awaitility.await().until(() -> !told.isEmpty());
    assertEquals(List.of("refused pi-1 666"), told);
  }

  private long put(String json) throws Exception {
    return await(new Bucket(another, Wire.BUCKET_DESIRED).put("pi-1", json.getBytes(UTF_8)));
  }

  private static String empty(String owner) {
    return DesiredDocument.empty(new DeviceId("pi-1"), owner).encode();
  }

  private NatsSettings settings(String name) {
    return new NatsSettings(
        List.of(server.url()),
        name,
        Credentials.shared(NatsServer.OPERATOR, server.operatorPassword()),
        Wire.inboxPrefix("operator"),
        Optional.empty());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private void wrote(Target target, Outcome outcome) {
    writes.add(target + " " + outcome);
  }

  private final class Told implements Documents.Listener {
    @Override
    public void connected() {
      told.add("connected");
    }

    @Override
    public void disconnected() {
      told.add("disconnected");
    }

    @Override
    public void bucketLost() {
      told.add("bucket lost");
    }

    @Override
    public void desiredChanged(String device) {
      told.add("changed " + device);
    }

    @Override
    public void pinChanged(String device) {
      told.add("pin changed " + device);
    }

    @Override
    public void identityRefused(String device, IdentityDocument stranger) {
      told.add("refused " + device + " " + stranger.subject());
    }

    @Override
    public void reported(String device, Report report) {
      told.add("reported " + device);
    }

    @Override
    public void listening(boolean heartbeats) {}

    @Override
    public void heartbeat(String device, Duration interval) {
      told.add("heartbeat " + device);
    }
  }
}
