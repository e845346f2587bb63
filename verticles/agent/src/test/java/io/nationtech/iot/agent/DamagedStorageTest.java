package io.nationtech.iot.agent;

import static io.nationtech.iot.agent.TestDevice.await;
import static io.nationtech.iot.agent.TestDevice.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.nationtech.iot.agent.plan.Policy;
import io.nationtech.iot.agent.plan.PulledImages;
import io.nationtech.iot.agent.podman.PodmanRuntime;
import io.nationtech.iot.agent.reconcile.Delivery;
import io.nationtech.iot.agent.store.PulledFile;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.OciRegistry;
import io.nationtech.iot.platform.Place;
import io.nationtech.iot.platform.PrivatePodman;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A podman whose storage lost a part while the machine was down. */
class DamagedStorageTest {
  private static final String NO_REGISTRY = "127.0.0.1:1/damaged:1";
  private static OciRegistry registry;
  private static String image;

  @TempDir Path directory = Path.of("");
  private PrivatePodman podman;
  private TestLoop device;

  @BeforeAll
  static void push() {
    registry = OciRegistry.start(Place.FREE);
    image = registry.push(Images.HELLO_1, "damaged:1");
  }

  @AfterAll
  static void endRegistry() {
    registry.close();
  }

  @BeforeEach
  void start() {
    podman = PrivatePodman.start(directory, directory.resolve("storage"));
    device = device();
  }

  @AfterEach
  void end() {
    device.end();
    podman.close();
  }

  @Test
  void aLayerOfTheImageThatIsGoneIsPulledAgain() throws IOException {
    powerWasCutWhileItRan(image);
    delete(layer("overlay-images/images.json", "layer"));
    runsAgainWithItsVolume(image);
  }

  @Test
  @Tag("slow")
  void emptyLinksOfAnImageAreNotLeftToAPerson() throws IOException {
    powerWasCutWhileItRan(image);
    var layer = layer("overlay-images/images.json", "layer");
    Files.writeString(layer.resolve("link"), "");
    Files.writeString(layer.resolve("lower"), "");
    runsAgainWithItsVolume(image);
  }

  @Test
  @Tag("slow")
  void layersThatPodmanHasNoRecordOfArePulledAgain() throws IOException {
    powerWasCutWhileItRan(image);
    Files.writeString(podman.storage().resolve("overlay-layers/layers.json"), "");
    runsAgainWithItsVolume(image);
  }

  @Test
  void aContainerWithoutItsLayerIsMadeAnewWithoutANetwork() throws IOException {
    powerWasCutWhileItRan(NO_REGISTRY);
    delete(layer("overlay-containers/containers.json", "layer"));
    runsAgainWithItsVolume(NO_REGISTRY);
  }

  @Test
  @Tag("slow")
  void aContainerThatPodmanKnowsAndItsStorageDoesNotIsMadeAnew() throws IOException {
    powerWasCutWhileItRan(image);
    Files.writeString(podman.storage().resolve("overlay-containers/containers.json"), "");
    runsAgainWithItsVolume(image);
  }

  @Test
  void aContainerThatTheStorageKnowsAndPodmanDoesNotIsMadeAnew() throws IOException {
    powerWasCutWhileItRan(image);
    Files.writeString(podman.storage().resolve("libpod/bolt_state.db"), "");
    runsAgainWithItsVolume(image);
  }

  @Test
  @Tag("slow")
  void aContainerWhoseImagePodmanForgotRunsAgain() throws IOException {
    powerWasCutWhileItRan(image);
    Files.writeString(podman.storage().resolve("overlay-images/images.json"), "");
    runsAgainWithItsVolume(image);
  }

  @Test
  void anImageWhosePullWasCutOffIsNotTrusted() throws IOException {
    podman.run("pull", "-q", image);
    var page = page();
    Files.writeString(page, "");
    var vertx = Vertx.vertx();
    var client = new Podman(vertx, podman.socket(), Duration.ofSeconds(30));
    var pulled = new PulledFile(vertx, directory);
    await(pulled.save(PulledImages.NONE.begun(image)));
    var runtime =
        new PodmanRuntime(vertx, client, device.id, new PulledFile(vertx, directory), 100);
    var service = PodmanV0.service("{\"name\":\"web\",\"image\":\"" + image + "\"}").orElseThrow();
    await(runtime.provideImage(service, Delivery.NONE, () -> {}, Promise.<Void>promise().future()));
    assertTrue(Files.size(page) > 0);
    assertEquals(Set.of(), new PulledFile(vertx, directory).load().unfinished());
    await(client.close());
    await(vertx.close());
  }

  @Test
  void withoutARegistryTheReportSaysWhatIsWrongAndOthersRun() throws IOException {
    powerWasCutWhileItRan(NO_REGISTRY);
    delete(layer("overlay-images/images.json", "layer"));
    podman.startAgain();
    try (var journal = JournalLines.of("iot-agent")) {
      device = device();
      want(NO_REGISTRY);
      var failed = device.phase("app", Phase.Failed);
      assertEquals("StorageDamaged", failed.reason());
      assertTrue(failed.message().contains("another can't be had"), failed.message());
      assertEquals(1, journal.count(Level.WARN, "storage is damaged"));
    }
  }

  @Test
  void aVolumeThatIsGoneIsNotReplacedBehindItsOwnersBack() throws IOException {
    powerWasCutWhileItRan(image);
    delete(podman.storage().resolve("volumes/app.data"));
    podman.startAgain();
    device = device();
    want(image);
    assertEquals("VolumeLost", device.phase("app", Phase.Failed).reason());
  }

  private void powerWasCutWhileItRan(String name) {
    podman.run("pull", "-q", image);
    podman.run("tag", image, name);
    want(name);
    device.phase("app", Phase.Running);
    podman.run("exec", "app.web", "/bin/busybox", "touch", "/data/kept");
    device.end();
    podman.run("kill", "app.web");
    eventually("ended", () -> Optional.of(1).filter(go -> state("app.web").equals("exited")));
    podman.stop();
  }

  private void runsAgainWithItsVolume(String name) {
    podman.startAgain();
    device = device();
    want(name);
    device.phase("app", Phase.Running);
    podman.run("exec", "app.web", "/bin/busybox", "test", "-e", "/data/kept");
  }

  private TestLoop device() {
    return new TestLoop(
        "damaged",
        new Policy(List.of(), List.of(), false, false),
        Duration.ofSeconds(1),
        podman.socket());
  }

  private void want(String name) {
    device.want(
        TestLoop.deployment(
            "app",
            """
            {"name":"web","image":"%s","network":"none","restartPolicy":"Always",
             "volumes":[{"name":"data","mountPath":"/data"}]}"""
                .formatted(name)));
  }

  private String state(String container) {
    return podman.attempt("inspect", "--format", "{{.State.Status}}", container).output().strip();
  }

  /** A file of the image, in the layer that holds it. */
  private Path page() throws IOException {
    try (var files = Files.walk(podman.storage().resolve("overlay"))) {
      return files.filter(file -> file.endsWith("diff/www/index.html")).findFirst().orElseThrow();
    }
  }

  /** The directory of the layer that the first entry of a record names. */
  private Path layer(String record, String field) throws IOException {
    var entries = new JsonArray(Files.readString(podman.storage().resolve(record)));
    var layer = ((JsonObject) entries.getValue(0)).getString(field);
    return podman.storage().resolve("overlay").resolve(layer);
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
