package io.nationtech.iot.nats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.NatsServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator and a device can do on a real server, and what a device is refused. */
class NatsTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final NatsServer SERVER = NatsServer.start("pi-1", "pi-2");

  private final List<NatsConnection> open = new ArrayList<>();
  private final List<ConnectionState> states = Collections.synchronizedList(new ArrayList<>());

  @BeforeAll
  static void makeBuckets() throws Exception {
    var test = new NatsTest();
    await(new Streams(test.operator(), 1).ensure());
    test.close();
  }

  @AfterEach
  void close() throws Exception {
    for (var connection : open) {
      await(connection.close());
    }
  }

  @AfterAll
  static void stop() throws Exception {
    await(VERTX.close());
    SERVER.close();
  }

  @Test
  void whatTheOperatorPutsTheDeviceReadsAndHearsOf() throws Exception {
    var heard = Collections.synchronizedList(new ArrayList<Message>());
    var device = device("pi-1");
    device.subscribe(Wire.desiredFeed("pi-1"), heard::add);
    await(device.flush());

    var desired = new Bucket(operator(), Wire.BUCKET_DESIRED);
    long revision = await(desired.put("pi-1", "one".getBytes(UTF_8)));
    Awaitility.await().until(() -> heard.size() == 1);
    assertEquals(Long.toString(revision), heard.getFirst().headers().get(Wire.HEADER_SEQUENCE));

    var read = await(new Bucket(device, Wire.BUCKET_DESIRED).get("pi-1"));
    var found = assertInstanceOf(Entry.Found.class, read);
    assertEquals(revision, found.revision());
    assertArrayEquals("one".getBytes(UTF_8), found.value());
  }

  @Test
  void aPutThatExpectsAnotherRevisionIsRefused() throws Exception {
    var desired = new Bucket(operator(), Wire.BUCKET_DESIRED);
    long first = await(desired.putExpecting("cas", new byte[] {1}, 0));
    long second = await(desired.putExpecting("cas", new byte[] {2}, first));
    assertTrue(second > first);
    assertInstanceOf(
        WrongRevisionException.class, failure(desired.putExpecting("cas", new byte[] {3}, first)));
    assertInstanceOf(
        WrongRevisionException.class, failure(desired.putExpecting("cas", new byte[] {3}, 0)));

    long marker = await(desired.deleteExpecting("cas", second));
    assertEquals(new Entry.Absent(marker), await(desired.get("cas")));
    assertEquals(new Entry.Absent(0), await(desired.get("never")));
    await(desired.putExpecting("cas", new byte[] {4}, marker));
  }

  @Test
  void theLargestDocumentsFitAndMuchLargerOnesAreRefused() throws Exception {
    var desired = new Bucket(operator(), Wire.BUCKET_DESIRED);
    long first = await(desired.putExpecting("large", new byte[Wire.MAX_DESIRED_BYTES], 0));
    await(desired.putExpecting("large", new byte[Wire.MAX_DESIRED_BYTES], first));
    failure(desired.put("large", new byte[Wire.MAX_DESIRED_BYTES + 2048]));
    var device = new Bucket(device("pi-1"), Wire.BUCKET_REPORTED);
    await(device.put("pi-1", new byte[Wire.MAX_REPORTED_BYTES]));
    failure(device.put("pi-1", new byte[Wire.MAX_REPORTED_BYTES + 2048]));
  }

  @Test
  void aDeviceReportsIntoItsOwnKeyAndHeartbeatsReachTheOperator() throws Exception {
    var heard = Collections.synchronizedList(new ArrayList<String>());
    var operator = operator();
    operator.subscribe(Wire.heartbeat("*"), message -> heard.add(message.subject()));
    await(operator.flush());

    var device = device("pi-1");
    await(new Bucket(device, Wire.BUCKET_REPORTED).put("pi-1", "state".getBytes(UTF_8)));
    device.publish(Wire.heartbeat("pi-1"), new byte[0]);

    Awaitility.await().until(() -> heard.contains(Wire.heartbeat("pi-1")));
    var read = await(new Bucket(operator, Wire.BUCKET_REPORTED).get("pi-1"));
    assertArrayEquals("state".getBytes(UTF_8), assertInstanceOf(Entry.Found.class, read).value());
    assertEquals(Set.of("pi-1"), await(new Streams(operator, 1).keys(Wire.BUCKET_REPORTED)));
  }

  @Test
  void aDeviceIsRefusedEverythingThatIsAnothers() throws Exception {
    var operator = operator();
    await(new Bucket(operator, Wire.BUCKET_DESIRED).put("pi-2", new byte[] {1}));
    await(new Bucket(operator, Wire.BUCKET_REPORTED).put("pi-2", new byte[] {2}));
    var device = device("pi-1");
    var heard = Collections.synchronizedList(new ArrayList<Message>());
    device.subscribe(Wire.desiredFeed("pi-2"), heard::add);
    device.subscribe(Wire.desiredFeed("*"), heard::add);
    device.subscribe(">", heard::add);

    failure(new Bucket(device, Wire.BUCKET_DESIRED).get("pi-2"));
    failure(new Bucket(device, Wire.BUCKET_DESIRED).put("pi-1", new byte[] {9}));
    failure(new Bucket(device, Wire.BUCKET_REPORTED).put("pi-2", new byte[] {9}));
    failure(new Bucket(device, Wire.BUCKET_REPORTED).get("pi-2"));
    failure(device.request("$JS.API.STREAM.LIST", Map.of(), new byte[0]));
    var delete = "$JS.API.STREAM.DELETE." + Wire.kvStream(Wire.BUCKET_DESIRED);
    failure(device.request(delete, Map.of(), new byte[0]));
    assertRefusesRollup(device);

    await(new Bucket(operator, Wire.BUCKET_DESIRED).put("pi-2", new byte[] {1}));
    var unharmed = await(new Bucket(operator, Wire.BUCKET_REPORTED).get("pi-2"));
    assertArrayEquals(new byte[] {2}, assertInstanceOf(Entry.Found.class, unharmed).value());
    assertEquals(List.of(), heard);
  }

  @Test
  void aServerThatGoesAndComesIsSaidAndSubscriptionsLiveOn() throws Exception {
    try (var server = NatsServer.start("pi-1")) {
      var operator = connected(server, NatsServer.OPERATOR, server.operatorPassword());
      var heard = Collections.synchronizedList(new ArrayList<String>());
      operator.subscribe("some.subject", message -> heard.add(message.subject()));
      await(new Streams(operator, 1).ensure());
      var bucket = new Bucket(operator, Wire.BUCKET_DESIRED);
      await(bucket.put("pi-1", new byte[] {1}));

      server.stop();
      Awaitility.await().until(() -> states.getLast() instanceof ConnectionState.Disconnected);
      server.startAgain();
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> states.getLast() instanceof ConnectionState.Connected);
      operator.publish("some.subject", new byte[0]);
      Awaitility.await().until(() -> heard.size() == 1);
      Awaitility.await()
          .ignoreExceptions()
          .until(() -> await(bucket.get("pi-1")) instanceof Entry.Found);
    }
  }

  @Test
  void aRefusedConnectionIsTriedAgainForEver() throws Exception {
    var refused = connect(SERVER, "pi-1", "wrong");
    Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> states.size() >= 3);
    assertInstanceOf(ConnectionState.Disconnected.class, states.getLast());
    assertTrue(states.getLast().toString().contains("Authorization"), states.toString());
    assertInstanceOf(NatsException.class, failure(refused.request("x", Map.of(), new byte[0])));
  }

  /** A rollup of all would empty the bucket of every device. */
  private static void assertRefusesRollup(NatsConnection device) throws Exception {
    var answer =
        await(
            device.request(
                Wire.kvSubject(Wire.BUCKET_REPORTED, "pi-1"),
                Map.of("Nats-Rollup", "all"),
                new byte[0]));
    assertTrue(new String(answer.getData(), UTF_8).contains("rollup not permitted"));
  }

  private NatsConnection operator() {
    return connected(SERVER, NatsServer.OPERATOR, SERVER.operatorPassword());
  }

  private NatsConnection device(String id) {
    return connected(SERVER, id, SERVER.devicePassword(id));
  }

  private NatsConnection connected(NatsServer server, String user, String password) {
    int before = states.size();
    var connection = connect(server, user, password);
    Awaitility.await()
        .until(
            () -> states.size() > before && states.getLast() instanceof ConnectionState.Connected);
    return connection;
  }

  private NatsConnection connect(NatsServer server, String user, String password) {
    var settings =
        new NatsSettings(
            List.of(server.url()),
            "test " + user,
            Credentials.shared(user, password),
            Wire.inboxPrefix(user),
            Optional.empty());
    var connection = NatsConnection.open(VERTX, settings, states::add);
    open.add(connection);
    return connection;
  }

  private static Throwable failure(Future<?> future) {
    var failed = assertThrows(ExecutionException.class, () -> await(future));
    return java.util.Objects.requireNonNull(failed.getCause());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
