package io.nationtech.iot.podman;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The images in podman's storage, and those in their registries. */
public final class Images {
  private final SocketClient client;
  private final Calls calls;
  private final Duration timeout;

  Images(SocketClient client, Calls calls, Duration timeout) {
    this.client = client;
    this.calls = calls;
    this.timeout = timeout;
  }

  /** The image of this name or id in local storage. */
  public Future<Optional<Image>> find(String reference) {
    return Calls.absentAsEmpty(calls.get(path(reference), Image::of));
  }

  /** All images in local storage, with names or without. */
  public Future<List<Image>> list() {
    return calls.array("/images/json").map(all -> all.stream().map(Image::of).toList());
  }

  /**
   * Completes where the image's registry has it, asked as for a pull, and nothing is pulled; a list
   * of images in local storage counts too.
   */
  public Future<Void> inRegistry(String reference) {
    return calls
        .get("/manifests/" + Podman.encode(reference) + "/json", Function.identity())
        .<Void>mapEmpty()
        .recover(
            e ->
                // podman 4.3 got a manifest, of one image, and would rather have a list of images.
                String.valueOf(e.getMessage()).startsWith("parsing manifest blob")
                    ? Future.succeededFuture()
                    : Future.failedFuture(e));
  }

  /**
   * Removes the image's name, and the image where nothing else uses it; by an id, an image of at
   * most one name. Fails where a container is made of it.
   */
  public Future<Void> remove(String reference) {
    return calls.done(HttpMethod.DELETE, "/images/" + Podman.encode(reference), timeout, 200);
  }

  /**
   * Pulls an image and gives its id; {@code progress} gets podman's own lines. Has no bound in
   * time, since a large image over a slow line takes hours: completing {@code unwanted} ends it.
   */
  public Future<String> pull(String reference, Handler<String> progress, Future<?> unwanted) {
    var outcome = new JsonObject();
    var uri = "/images/pull?policy=always&reference=" + Podman.encode(reference);
    return client.stream(
            HttpMethod.POST,
            uri,
            response ->
                response.handler(
                    RecordParser.newDelimited(
                        "\n", line -> pullLine(line.toString(), outcome, progress))),
            unwanted)
        .compose(ended -> pulled(reference, outcome));
  }

  /** podman answers 200 on failure too: what happened stands in the lines. */
  private static void pullLine(String line, JsonObject outcome, Handler<String> progress) {
    if (line.isBlank()) {
      return;
    }
    var json = new JsonObject(line);
    if (json.containsKey("stream")) {
      progress.handle(json.getString("stream").strip());
    }
    if (json.containsKey("error") || json.containsKey("id") || json.containsKey("cause")) {
      outcome.mergeIn(json);
    }
  }

  private static Future<String> pulled(String reference, JsonObject outcome) {
    if (outcome.containsKey("id") && !outcome.containsKey("error")) {
      return Future.succeededFuture(outcome.getString("id"));
    }
    var answer =
        outcome.getString("error", outcome.getString("message", "podman ended without a word"));
    return Future.failedFuture(PodmanException.ofPull(reference, answer));
  }

  private static String path(String reference) {
    return "/images/" + Podman.encode(reference) + "/json";
  }
}
