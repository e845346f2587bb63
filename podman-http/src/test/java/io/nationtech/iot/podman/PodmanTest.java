package io.nationtech.iot.podman;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.OciRegistry;
import io.nationtech.iot.platform.Place;
import io.nationtech.iot.platform.PodmanSocket;
import io.nationtech.iot.podman.PodmanException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every call, and every field of a spec, on this machine's podman. */
class PodmanTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Podman PODMAN =
      new Podman(VERTX, PodmanSocket.path(), Duration.ofSeconds(30));
  private static final String LABEL = "test";
  private static final Future<Void> FOR_EVER = Promise.<Void>promise().future();

  private final String run = UUID.randomUUID().toString().substring(0, 8);

  @AfterEach
  void removeContainers() throws Exception {
    for (var container : await(PODMAN.list(Map.of(LABEL, run)))) {
      await(PODMAN.remove(container.id()));
    }
  }

  @AfterAll
  static void close() throws Exception {
    await(PODMAN.close());
    await(VERTX.close());
  }

  @Test
  void podmanTellsItsVersionAndItsMachine() throws Exception {
    assertTrue(await(PODMAN.version()).podman().matches("\\d+\\.\\d+\\.\\d+.*"));
    assertEquals("linux", await(PODMAN.info()).getJsonObject("host").getString("os"));
  }

  @Test
  void aContainerIsMadeStartedStoppedAndRemoved() throws Exception {
    var id = await(PODMAN.create(spec("life")));
    assertEquals("created", only().state());

    await(PODMAN.start(id));
    await(PODMAN.start(id)); // once more is no error
    var running = only();
    assertTrue(running.running());
    assertEquals("life-" + run, running.name());
    assertEquals(Images.HELLO_1, running.image());
    assertTrue(running.startedAt().isPresent());
    var details = await(PODMAN.inspect(id));
    assertEquals("running", details.state());
    assertEquals("none", details.health());
    assertTrue(details.imageDigest().startsWith("sha256:"));

    await(PODMAN.rename(id, "other-" + run));
    assertEquals("other-" + run, only().name());

    await(PODMAN.stop(id, Duration.ofSeconds(1)));
    await(PODMAN.stop(id, Duration.ofSeconds(1)));
    assertEquals("exited", only().state());
    await(PODMAN.remove(id));
    assertEquals(List.of(), await(PODMAN.list(Map.of(LABEL, run))));
  }

  @Test
  void anExitCodeIsSeen() throws Exception {
    var spec = command("exits", Images.HELLO_1, "sh", "-c", "exit 7");
    await(PODMAN.start(await(PODMAN.create(spec))));
    Awaitility.await().until(() -> only().exitCode().equals(Optional.of(7)));
  }

  @Test
  void everyFieldOfASpecArrives() throws Exception {
    var volume = "volume-" + run;
    // Two at once are one, and one that is there stays as it is.
    await(Future.all(provide(volume, "a"), provide(volume, "a")));
    assertEquals("a", await(provide(volume, "b")).get("made"));
    int port = freePort();
    var spec =
        ContainerSpec.of("all-" + run, Images.HELLO_1)
            .entrypoint(List.of("/bin/sleep"))
            .arguments(List.of("100"))
            .environment(Map.of("GREETING", "hello = ü"))
            .labels(Map.of(LABEL, run, "team", "heat"))
            .ports(List.of(new ContainerSpec.Port(8080, port, "127.0.0.1", "tcp")))
            .mounts(
                List.of(
                    new ContainerSpec.Mount(volume, "/data", true),
                    new ContainerSpec.Mount("/etc", "/host-etc", true)))
            .restart(ContainerSpec.Restart.ON_FAILURE)
            .privileged(true)
            .stopTimeout(7);
    var id = await(PODMAN.create(spec));
    var json = await(PODMAN.inspect(id)).json();
    var config = json.getJsonObject("Config");
    var host = json.getJsonObject("HostConfig");

    assertEquals(
        "/bin/sleep",
        config.getValue("Entrypoint") instanceof JsonArray words
            ? words.getString(0)
            : config.getString("Entrypoint"));
    assertEquals(new JsonArray().add("100"), config.getJsonArray("Cmd"));
    assertTrue(config.getJsonArray("Env").contains("GREETING=hello = ü"));
    assertEquals("heat", config.getJsonObject("Labels").getString("team"));
    assertEquals(7, config.getInteger("StopTimeout"));
    var bound = host.getJsonObject("PortBindings").getJsonArray("8080/tcp").getJsonObject(0);
    assertEquals("127.0.0.1", bound.getString("HostIp"));
    assertEquals(String.valueOf(port), bound.getString("HostPort"));
    assertEquals("on-failure", host.getJsonObject("RestartPolicy").getString("Name"));
    assertTrue(host.getBoolean("Privileged"));
    var mounts = json.getJsonArray("Mounts");
    assertEquals(
        List.of("/data false", "/host-etc false"),
        mounts.stream()
            .map(io.vertx.core.json.JsonObject.class::cast)
            .map(mount -> mount.getString("Destination") + " " + mount.getBoolean("RW"))
            .sorted()
            .toList());

    await(PODMAN.remove(id));
    assertTrue(await(PODMAN.volumeExists(volume)), "a volume outlives its container");
    await(PODMAN.removeVolume(volume));
    assertFalse(await(PODMAN.volumeExists(volume)));
  }

  @Test
  void whatConfinesAContainerArrives() throws Exception {
    var spec =
        spec("confined")
            .user("1000:1001")
            .workingDirectory("/www")
            .hosts(Map.of("plc", "10.0.0.9"))
            .readOnly(true)
            .capabilities(List.of("NET_BIND_SERVICE"), List.of("ALL"))
            .memory(64 << 20)
            .cpus(500)
            .processes(64)
            .devices(List.of(new ContainerSpec.Device("/dev/zero", "/dev/nothing", "r")));
    var json = await(PODMAN.inspect(await(PODMAN.create(spec)))).json();
    var config = json.getJsonObject("Config");
    var host = json.getJsonObject("HostConfig");

    assertEquals("1000:1001", config.getString("User"));
    assertEquals("/www", config.getString("WorkingDir"));
    assertEquals(new JsonArray().add("plc:10.0.0.9"), host.getJsonArray("ExtraHosts"));
    assertTrue(host.getBoolean("ReadonlyRootfs"));
    assertEquals(new JsonArray().add("CAP_NET_BIND_SERVICE"), json.getJsonArray("EffectiveCaps"));
    if (PodmanSocket.canLimit()) {
      assertEquals(64 << 20, host.getLong("Memory"));
      assertEquals(50_000, host.getLong("CpuQuota"));
      assertEquals(100_000, host.getLong("CpuPeriod"));
      assertEquals(64, host.getLong("PidsLimit"));
    } else {
      assertEquals(0, host.getLong("Memory"));
    }
    if (PodmanSocket.isRootless()) {
      // There it is a mount, of which inspect says nothing.
      return;
    }
    var device = host.getJsonArray("Devices").getJsonObject(0);
    assertEquals("/dev/zero", device.getString("PathOnHost"));
    assertEquals("/dev/nothing", device.getString("PathInContainer"));
  }

  @Test
  void filesAreWrittenIntoAContainerThatHasNotRunYet() throws Exception {
    var deep = "/etc/" + "very/".repeat(30) + "deep";
    var user = command("files", Images.HELLO_1, "tail", "-n", "1", "/etc/app.conf", deep).user("7");
    var id = await(PODMAN.create(user));
    var empty = new FileContent("/etc/empty", "", 0600);
    var config = new FileContent("/etc/app.conf", "a=ü\n", 0400);
    await(PODMAN.write(id, List.of(config, empty, new FileContent(deep, "b\n".repeat(700), 0644))));
    await(PODMAN.start(id));
    Awaitility.await().until(() -> only().exitCode().equals(Optional.of(0)));
    var lines = new StringBuilder();
    await(PODMAN.logs(id, false, 10, line -> lines.append(line.text())));
    assertEquals("==> /etc/app.conf <==\na=ü\n\n==> " + deep + " <==\nb\n", lines.toString());
    assertEquals("/etc/empty", empty.toString());
  }

  @Test
  void aContainersHealthIsLookedAtWhenAskedForAndNeverOtherwise() throws Exception {
    var check = List.of("/bin/busybox", "test", "-e", "/etc/healthy");
    var spec = spec("health").healthcheck(check, Duration.ofSeconds(2), 2, Duration.ofSeconds(0));
    var id = await(PODMAN.create(spec));
    await(PODMAN.start(id));
    assertEquals("starting", await(PODMAN.inspect(id)).health());
    await(PODMAN.healthcheck(id, Duration.ofSeconds(10)));
    assertEquals("starting", await(PODMAN.inspect(id)).health());
    await(PODMAN.healthcheck(id, Duration.ofSeconds(10)));
    assertEquals("unhealthy", await(PODMAN.inspect(id)).health());
    await(PODMAN.write(id, List.of(new FileContent("/etc/healthy", "", 0644))));
    await(PODMAN.healthcheck(id, Duration.ofSeconds(10)));
    assertEquals("healthy", await(PODMAN.inspect(id)).health());
  }

  @Test
  void aNetworkIsMadeOnceAndLeavesWhenNobodyIsInIt() throws Exception {
    var name = "network-" + run;
    await(Future.all(network(name, "a"), network(name, "a")));
    assertEquals("a", await(network(name, "b")).get("made"));
    assertEquals(List.of(name), List.copyOf(await(PODMAN.networks(Map.of(LABEL, run))).keySet()));
    await(PODMAN.start(await(PODMAN.create(spec("in").network(name, "friend")))));
    var old = await(PODMAN.create(spec("old").network(ContainerSpec.Network.BRIDGE)));
    await(PODMAN.start(old));
    if (PodmanSocket.isRootless()) {
      assertEquals(Kind.OTHER, failure(PODMAN.connect(name, old, "older")));
    } else {
      await(PODMAN.connect(name, old, "older"));
      for (var alias : List.of("friend", "older")) {
        Command.run("podman", "exec", old, "/bin/nslookup", alias);
      }
    }
    assertEquals(Kind.OTHER, failure(PODMAN.removeNetwork(name)));
    removeContainers();
    await(PODMAN.removeNetwork(name));
    assertEquals(Kind.NOT_FOUND, failure(PODMAN.removeNetwork(name)));
    assertEquals(Map.of(), await(PODMAN.networks(Map.of(LABEL, run))));
  }

  private Future<Map<String, String>> network(String name, String made) {
    return PODMAN.provideNetwork(name, Map.of(LABEL, run, "made", made));
  }

  @Test
  void theNetworkIsTheOneAskedFor() throws Exception {
    for (var network : List.of(ContainerSpec.Network.HOST, ContainerSpec.Network.NONE)) {
      var word = network.name().toLowerCase(java.util.Locale.ROOT);
      var spec = spec(word).network(network).restart(ContainerSpec.Restart.ALWAYS);
      var id = await(PODMAN.create(spec));
      var host = await(PODMAN.inspect(id)).json().getJsonObject("HostConfig");
      assertEquals(word, host.getString("NetworkMode"));
      assertEquals("always", host.getJsonObject("RestartPolicy").getString("Name"));
    }
  }

  @Test
  void errorsAreToldApartByTheirCause() throws Exception {
    assertEquals(Kind.NOT_FOUND, failure(PODMAN.inspect("nothing-" + run)));
    assertEquals(Kind.NOT_FOUND, failure(PODMAN.start("nothing-" + run)));
    assertEquals(
        Kind.NOT_FOUND,
        failure(PODMAN.create(ContainerSpec.of("x-" + run, "localhost/no:" + run))));
    await(PODMAN.create(spec("twice")));
    assertEquals(Kind.NAME_IN_USE, failure(PODMAN.create(spec("twice"))));
    assertEquals(Optional.empty(), await(PODMAN.images().find("localhost/no:" + run)));
    assertTrue(await(PODMAN.images().find(Images.HELLO_1)).isPresent());
  }

  @Test
  void aPortThatIsTakenIsSaidToBe() throws Exception {
    try (var taken = new ServerSocket(0)) {
      var port = new ContainerSpec.Port(8080, taken.getLocalPort(), "", "tcp");
      var spec = spec("port").network(ContainerSpec.Network.BRIDGE).ports(List.of(port));
      var id = await(PODMAN.create(spec));
      assertEquals(Kind.PORT_IN_USE, failure(PODMAN.start(id)));
    }
  }

  @Test
  void anImageIsPulledWithProgressAndARefusalCarriesTheRegistrysAnswer() throws Exception {
    try (var registry = OciRegistry.start(Place.FREE)) {
      var image = registry.push(Images.HELLO_1, "pull-" + run + ":1");
      var lines = new ArrayList<String>();
      var id = await(PODMAN.images().pull(image, lines::add, FOR_EVER));
      assertEquals(await(PODMAN.images().find(image)).orElseThrow().id(), id);
      assertFalse(lines.isEmpty());
      await(PODMAN.images().remove(image));
      assertEquals(Optional.empty(), await(PODMAN.images().find(image)));

      var absent = registry.host() + "/absent:1";
      var refused = refusal(PODMAN.images().pull(absent, line -> {}, FOR_EVER));
      assertEquals(Kind.PULL_FAILED, refused.kind());
      assertTrue(
          String.valueOf(refused.getMessage()).contains("manifest unknown"), refused.getMessage());
    }
  }

  @Test
  void whatARegistryHasIsKnownWithoutAPull() throws Exception {
    try (var registry = OciRegistry.start(Place.FREE)) {
      var image = registry.push(Images.HELLO_1, "manifest-" + run + ":1");
      await(PODMAN.images().inRegistry(image));
      var layers = await(PODMAN.images().layers(image));
      assertTrue(layers.values().stream().allMatch(bytes -> bytes > 0), layers.toString());
      assertFalse(layers.isEmpty());
      assertEquals(Optional.empty(), await(PODMAN.images().find(image)));
      var absent = refusal(PODMAN.images().inRegistry(registry.host() + "/absent:1"));
      assertTrue(
          String.valueOf(absent.getMessage()).contains("manifest unknown"), absent.getMessage());
    }
    var away = refusal(PODMAN.images().inRegistry("127.0.0.1:1/hello:1"));
    assertTrue(String.valueOf(away.getMessage()).contains("connection refused"), away.getMessage());
  }

  @Test
  void aSecretIsInAContainerAndNotInWhatPodmanSaysOfIt() throws Exception {
    var names = List.of("hello.variable-" + run, "hello.file-" + run);
    for (var name : names) {
      await(PODMAN.secrets().create(name, Map.of("mark", run), "geheim-ü-" + name));
      var again = PODMAN.secrets().create(name, Map.of(), "other");
      assertEquals(Kind.NAME_IN_USE, failure(again));
    }
    var script = "stat -c '%a %u' /run/app/key; echo $(cat /run/app/key); echo $TOKEN; sleep 100";
    var file = new ContainerSpec.SecretFile(names.get(1), "/run/app/key", 7, 0400);
    var spec =
        command("secret", Images.HELLO_1, "sh", "-c", script)
            .user("7")
            .secretVariables(Map.of("TOKEN", names.get(0)))
            .secretFiles(List.of(file));
    var id = await(PODMAN.create(spec));
    await(PODMAN.start(id));
    var expected = "400 7\ngeheim-ü-%s\ngeheim-ü-%s\n".formatted(names.get(1), names.get(0));
    Awaitility.await().until(() -> log(id).equals(expected));
    var said = await(PODMAN.inspect(id)).json().encode();
    assertFalse(said.contains("geheim-ü-" + names.get(1)), said);
    // 4.3 shows variables to whoever may ask it, wherever they come from.
    assertEquals(
        await(PODMAN.version()).podman().startsWith("4.3."),
        said.contains("geheim-ü-" + names.get(0)));
    var stored = await(PODMAN.secrets().list());
    var ours = stored.stream().filter(one -> run.equals(one.marks().get("mark"))).toList();
    assertEquals(
        List.copyOf(new java.util.TreeSet<>(names)),
        ours.stream().map(SecretStore.Stored::name).sorted().toList());
    removeContainers();
    for (var name : names) {
      await(PODMAN.secrets().remove(name));
    }
    assertEquals(Kind.NOT_FOUND, failure(PODMAN.secrets().remove(names.getFirst())));
  }

  private static String log(String id) throws Exception {
    var text = new StringBuilder();
    await(PODMAN.logs(id, false, 10, line -> text.append(line.text())));
    return text.toString();
  }

  @Test
  void bothStreamsOfALogAreRead() throws Exception {
    var id =
        await(
            PODMAN.create(
                command("logs", Images.HELLO_1, "sh", "-c", "echo out; echo err >&2; sleep 100")));
    await(PODMAN.start(id));
    var lines = Collections.synchronizedList(new ArrayList<LogLine>());
    Awaitility.await()
        .until(
            () -> {
              lines.clear();
              await(PODMAN.logs(id, false, 10, lines::add));
              return lines.size() == 2;
            });
    assertTrue(lines.contains(new LogLine(false, "out\n")));
    assertTrue(lines.contains(new LogLine(true, "err\n")));
  }

  @Test
  void eventsComeAsTheyHappen() throws Exception {
    var events = Collections.synchronizedList(new ArrayList<Event>());
    var ready = new AtomicInteger();
    var unused = PODMAN.events(connected -> ready.incrementAndGet(), events::add);
    Awaitility.await().until(() -> ready.get() == 1);
    var id = await(PODMAN.create(spec("event")));
    await(PODMAN.start(id));
    await(PODMAN.remove(id));
    Awaitility.await().until(() -> events.contains(new Event("remove", "event-" + run)));
    assertTrue(events.contains(new Event("start", "event-" + run)));
    assertFalse(unused.isComplete());
  }

  @Test
  void aPullThatIsNotWantedAnyMoreEnds() throws Exception {
    // A registry that takes the connection and never answers.
    try (var silent = new ServerSocket(0)) {
      var image = "127.0.0.1:" + silent.getLocalPort() + "/silent:1";
      var unwanted = Promise.<Void>promise();
      var pull = PODMAN.images().pull(image, line -> {}, unwanted.future());
      silent.accept();
      assertFalse(pull.isComplete());
      unwanted.complete();
      assertEquals(Kind.UNAVAILABLE, failure(pull));
    }
  }

  @Test
  void aPodmanThatStopsInTheMiddleOfAnAnswerIsLateAndTheNextCallIsNotHeldUp() throws Exception {
    // Only a fault that podman can't be made to show: the head of an answer, and then nothing.
    var socket = Files.createTempDirectory("podman").resolve("half.sock");
    try (var half = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      half.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofVirtual().start(() -> answerByHalf(half));
      var podman = new Podman(VERTX, socket.toString(), Duration.ofMillis(300));
      // More calls than there are connections.
      for (int call = 0; call < 20; call++) {
        assertEquals(Kind.TIMEOUT, failure(podman.version()));
      }
      await(podman.close());
    }
  }

  private static void answerByHalf(ServerSocketChannel half) {
    var peers = new ArrayList<SocketChannel>();
    try {
      while (true) {
        var peer = half.accept();
        peers.add(peer);
        peer.read(ByteBuffer.allocate(4096));
        peer.write(UTF_8.encode("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"));
      }
    } catch (IOException closed) {
      peers.clear();
    }
  }

  @Test
  void slowStopsDoNotHoldUpOtherCalls() throws Exception {
    // The first program of a container that has no handler for SIGTERM does not end by it.
    var stubborn = "localhost/stubborn-" + run + ":1";
    var base = await(PODMAN.create(spec("base")));
    Command.run("podman", "commit", "-q", "--change=STOPSIGNAL SIGTERM", base, stubborn);
    await(PODMAN.remove(base));
    var stops = new ArrayList<Future<Void>>();
    for (int n = 0; n < 10; n++) {
      var id = await(PODMAN.create(command("slow-" + n, stubborn, "sleep", "100")));
      await(PODMAN.start(id));
      stops.add(PODMAN.stop(id, Duration.ofSeconds(3)));
    }
    var began = System.nanoTime();
    assertEquals(10, await(PODMAN.list(Map.of(LABEL, run))).size());
    assertTrue(System.nanoTime() - began < Duration.ofSeconds(3).toNanos());
    assertFalse(stops.getLast().isComplete());
    await(Future.all(stops));
    removeContainers();
    await(PODMAN.images().remove(stubborn));
  }

  @Test
  void aSocketThatIsNotThereIsUnavailable() throws Exception {
    var away = new Podman(VERTX, "/nowhere/podman.sock", Duration.ofSeconds(1));
    assertEquals(Kind.UNAVAILABLE, failure(away.version()));
    await(away.close());
  }

  /** Who asks again and again would end in an exception that nobody handles. */
  @Test
  void aClientThatIsClosedFailsAndDoesNotThrow() throws Exception {
    var closed = new Podman(VERTX, PodmanSocket.path(), Duration.ofSeconds(1));
    await(closed.close());
    assertEquals(Kind.UNAVAILABLE, failure(closed.version()));
    assertEquals(Kind.UNAVAILABLE, failure(closed.events(connected -> {}, event -> {})));
  }

  @Test
  void portsOfARunningContainerAreListed() throws Exception {
    int port = freePort();
    var spec =
        spec("ports")
            .network(ContainerSpec.Network.BRIDGE)
            .ports(List.of(new ContainerSpec.Port(8080, port, "127.0.0.1", "tcp")));
    await(PODMAN.start(await(PODMAN.create(spec))));
    assertEquals(List.of(new ContainerSpec.Port(8080, port, "127.0.0.1", "tcp")), only().ports());
  }

  @Test
  @Tag("slow")
  void tenThousandCallsLoseNoBody() throws Exception {
    await(PODMAN.create(spec("stress")));
    var began = System.nanoTime();
    var good = new AtomicInteger();
    int calls = 10_000;
    int lanes = 16;
    var done = new ArrayList<Future<Void>>();
    for (int lane = 0; lane < lanes; lane++) {
      done.add(repeat(calls / lanes, good));
    }
    Future.all(done).await(5, TimeUnit.MINUTES);
    var seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf("%d of %d calls answered whole in %.1f s%n", good.get(), calls, seconds);
    assertEquals(calls, good.get());
  }

  private Future<Void> repeat(int times, AtomicInteger good) {
    return times == 0
        ? Future.succeededFuture()
        : PODMAN
            .list(Map.of(LABEL, run))
            .onSuccess(list -> good.addAndGet(list.size()))
            .compose(list -> repeat(times - 1, good));
  }

  private Future<Map<String, String>> provide(String volume, String made) {
    return PODMAN.provideVolume(volume, Map.of(LABEL, run, "made", made));
  }

  private ContainerSpec spec(String name) {
    return command(name, Images.HELLO_1, "sleep", "100");
  }

  private ContainerSpec command(String name, String image, String... words) {
    return ContainerSpec.of(name + "-" + run, image)
        .entrypoint(List.of("/bin/busybox"))
        .arguments(List.of(words))
        .labels(Map.of(LABEL, run))
        .network(ContainerSpec.Network.NONE);
  }

  private Container only() throws Exception {
    var all = await(PODMAN.list(Map.of(LABEL, run)));
    assertEquals(1, all.size());
    return all.getFirst();
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Kind failure(Future<?> future) {
    return refusal(future).kind();
  }

  private static PodmanException refusal(Future<?> future) {
    var failed = assertThrows(ExecutionException.class, () -> await(future));
    return assertInstanceOf(PodmanException.class, failed.getCause());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
