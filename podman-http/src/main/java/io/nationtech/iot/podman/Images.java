package io.nationtech.iot.podman;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    return manifest(reference)
        .<Void>mapEmpty()
        .recover(
            e ->
                Manifest.isOfOneImage(String.valueOf(e.getMessage()))
                    ? Future.succeededFuture()
                    : Future.failedFuture(e));
  }

  /**
   * The layers that this machine would pull, by digest, with their bytes on the wire; none where
   * podman does not tell.
   */
  public Future<Map<String, Long>> layers(String reference) {
    return manifest(reference)
        .recover(
            e ->
                Manifest.quoted(String.valueOf(e.getMessage()))
                    .map(Future::succeededFuture)
                    .orElse(Future.failedFuture(e)))
        .compose(
            manifest ->
                manifest
                    .here()
                    .map(digest -> layers(Image.repository(reference) + "@" + digest))
                    .orElse(Future.succeededFuture(manifest.layers())));
  }

  private Future<Manifest> manifest(String reference) {
    return calls.get("/manifests/" + Podman.encode(reference) + "/json", Manifest::new);
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
    return pull(reference, Optional.empty(), progress, unwanted);
  }

  /** The same as a user of the image's registry. */
  public Future<String> pull(
      String reference,
      Optional<RegistryLogin> login,
      Handler<String> progress,
      Future<?> unwanted) {
    var outcome = new JsonObject();
    var uri = "/images/pull?policy=always&reference=" + Podman.encode(reference);
    return client.stream(
            HttpMethod.POST,
            uri,
            login.map(RegistryLogin::header).orElse(Map.of()),
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
