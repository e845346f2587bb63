package io.nationtech.iot.agent.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.agent.plan.PulledImages;
import io.nationtech.iot.agent.plan.PulledImages.Pulled;
import io.nationtech.iot.agent.reconcile.PulledStore;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The images that the agent pulled, in one file that survives a power cut at any moment. */
public final class PulledFile implements PulledStore {
  private final DurableFile file;
  private final PulledImages last;
  private final WorkerExecutor worker;
  private final WorkerExecutor disks;

  /** Blocks. */
  public PulledFile(Vertx vertx, Path directory) {
    this.file = new DurableFile(directory.resolve("images.json"));
    this.last = file.load(PulledFile::decode).orElse(PulledImages.NONE);
    this.worker = vertx.createSharedWorkerExecutor("pulled-file", 1);
    this.disks = vertx.createSharedWorkerExecutor("disks", 1);
  }

  @Override
  public PulledImages load() {
    return last;
  }

  @Override
  public Future<Void> save(PulledImages pulled) {
    return worker
        .executeBlocking(
            () -> {
              file.save(encode(pulled));
              return true;
            })
        .mapEmpty();
  }

  /** By the program: the JDK can sync what it has open itself, and podman writes an image. */
  @Override
  public Future<Void> settle() {
    return disks
        .executeBlocking(
            () -> new ProcessBuilder("sync").redirectErrorStream(true).start().waitFor())
        .mapEmpty();
  }

  static String encode(PulledImages pulled) {
    var root = JsonNodeFactory.instance.objectNode();
    var images = root.putObject("images");
    pulled
        .images()
        .forEach(
            (id, image) -> {
              var entry = images.putObject(id).put("at", image.at().toString());
              image.names().forEach(entry.putArray("names")::add);
            });
    pulled.unfinished().forEach(root.putArray("unfinished")::add);
    return CanonicalJson.write(root);
  }

  static PulledImages decode(String json) throws MalformedDocumentException {
    var root = CanonicalJson.parse(json);
    var images = new TreeMap<String, Pulled>();
    try {
      for (var entry : root.path("images").properties()) {
        var image = entry.getValue();
        images.put(
            entry.getKey(),
            new Pulled(texts(image.path("names")), Instant.parse(image.path("at").asText())));
      }
    } catch (DateTimeException e) {
      throw new MalformedDocumentException("at is not a time");
    }
    return new PulledImages(images, texts(root.path("unfinished")));
  }

  private static Set<String> texts(JsonNode array) {
    var texts = new TreeSet<String>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
