package io.nationtech.iot.podman;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * podman's API, as much of it as the agent needs. Every future fails with a {@link
 * PodmanException}; results come on the caller's context.
 */
public final class Podman {
  private final SocketClient client;
  private final Calls calls;
  private final Images images;
  private final Duration timeout;
  private final SecretStore secrets;

  /** Connects at the first call; {@code timeout} bounds every call but pulls, stops and streams. */
  public Podman(Vertx vertx, String socket, Duration timeout) {
    this.client = new SocketClient(vertx, socket);
    this.calls = new Calls(client, timeout);
    this.images = new Images(client, calls, timeout);
    this.timeout = timeout;
    this.secrets = new SecretStore(client, calls, timeout);
  }

  public SecretStore secrets() {
    return secrets;
  }

  public Future<Version> version() {
    return calls.get("/version", Version::of);
  }

  /** What podman knows of this machine. */
  public Future<JsonObject> info() {
    return calls.get("/info", Function.identity());
  }

  public Images images() {
    return images;
  }

  /** Makes a container and gives its id; the image has to be there. */
  public Future<String> create(ContainerSpec spec) {
    return calls
        .answered(
            HttpMethod.POST,
            "/containers/create",
            Buffer.buffer(spec.json().encode()),
            timeout,
            201)
        .map(body -> new JsonObject(body).getString("Id"));
  }

  /**
   * Writes files into a container, running or not, in place of what is there; they belong to the
   * container's user, and so do the directories that were missing.
   */
  public Future<Void> write(String container, List<FileContent> files) {
    var uri = path(container, "archive") + "?path=%2F";
    return Calls.expect(
            client.call(HttpMethod.PUT, uri, Tar.of(files), "application/x-tar", timeout), 200)
        .mapEmpty();
  }

  public Future<Void> start(String container) {
    return calls.done(HttpMethod.POST, path(container, "start"), timeout, 204, 304);
  }

  /** Asks the container to end, and kills it after {@code patience}. */
  public Future<Void> stop(String container, Duration patience) {
    var uri = path(container, "stop") + "?timeout=" + patience.toSeconds();
    return Calls.expect(client.longCall(HttpMethod.POST, uri, timeout.plus(patience)), 204, 304)
        .mapEmpty();
  }

  public Future<Void> kill(String container, String signal) {
    return calls.done(HttpMethod.POST, path(container, "kill") + "?signal=" + signal, timeout, 204);
  }

  public Future<Void> rename(String container, String name) {
    return calls.done(
        HttpMethod.POST, path(container, "rename") + "?name=" + encode(name), timeout, 204);
  }

  /** Removes a container, running or not, with its anonymous volumes; the named ones stay. */
  public Future<Void> remove(String container) {
    return calls.done(
        HttpMethod.DELETE,
        "/containers/" + encode(container) + "?force=true&timeout=0&ignore=true&volumes=true",
        timeout,
        200,
        204);
  }

  /** All containers, running or not, that carry every one of {@code labels}. */
  public Future<List<Container>> list(Map<String, String> labels) {
    return calls
        .array("/containers/json?all=true&filters=" + filter(labels))
        .map(all -> all.stream().map(Container::listed).toList());
  }

  private static String filter(Map<String, String> labels) {
    var filters = new JsonArray();
    labels.forEach((key, value) -> filters.add(key + "=" + value));
    return encode(new JsonObject().put("label", filters).encode());
  }

  /** Whether podman knows a container of this name, damaged or not. */
  public Future<Boolean> exists(String container) {
    return client
        .call(HttpMethod.GET, path(container, "exists"), Calls.NOTHING, timeout)
        .compose(
            answer ->
                switch (answer.status()) {
                  case 204 -> Future.succeededFuture(true);
                  case 404 -> Future.succeededFuture(false);
                  default ->
                      Future.failedFuture(PodmanException.of(answer.status(), answer.body()));
                });
  }

  public Future<Details> inspect(String container) {
    return calls.get(path(container, "json"), Details::of);
  }

  /** How many processes run in a container; 0 too where its first one is gone unseen by podman. */
  public Future<Integer> processes(String container) {
    var uri = path(container, "top") + "?stream=false";
    return calls
        .answered(HttpMethod.GET, uri, Calls.NOTHING, timeout, 200)
        .map(
            body ->
                body.isBlank()
                    ? 0
                    : new JsonObject(body).getJsonArray("Processes", new JsonArray()).size());
  }

  /**
   * Runs the container's health check; {@link #inspect} tells what it makes of it. It takes as long
   * as the check's command takes.
   */
  public Future<Void> healthcheck(String container, Duration bound) {
    return Calls.expect(client.longCall(HttpMethod.GET, path(container, "healthcheck"), bound), 200)
        .mapEmpty();
  }

  /** What the container wrote, the last {@code tail} lines; with {@code follow} until it ends. */
  public Future<Void> logs(String container, boolean follow, int tail, Handler<LogLine> lines) {
    var uri =
        path(container, "logs") + "?stdout=true&stderr=true&follow=" + follow + "&tail=" + tail;
    return client.stream(
        HttpMethod.GET,
        uri,
        Map.of(),
        response -> {
          if (response.statusCode() == 200) {
            response.handler(new LogFrames(lines));
          } else {
            response.body().onSuccess(body -> lines.handle(new LogLine(true, body.toString())));
          }
        },
        forEver());
  }

  /** Makes a volume where there is none of that name, and gives the labels of the one there is. */
  public Future<Map<String, String>> provideVolume(String name, Map<String, String> labels) {
    var json = new JsonObject().put("Name", name).put("Labels", new JsonObject(Map.copyOf(labels)));
    return provided(() -> volumeLabels(name), "/volumes/create", json, labels);
  }

  /** What is there, and otherwise what is made now, by whoever is quickest. */
  private Future<Map<String, String>> provided(
      Supplier<Future<Map<String, String>>> look,
      String uri,
      JsonObject json,
      Map<String, String> labels) {
    return Calls.absentAsEmpty(look.get())
        .compose(
            there ->
                there
                    .map(Future::succeededFuture)
                    .orElseGet(
                        () ->
                            calls
                                .answered(
                                    HttpMethod.POST,
                                    uri,
                                    Buffer.buffer(json.encode()),
                                    timeout,
                                    200,
                                    201)
                                .map(labels)
                                .recover(e -> look.get())));
  }

  private Future<Map<String, String>> volumeLabels(String name) {
    return calls.get("/volumes/" + encode(name) + "/json", Container::labels);
  }

  /** The directory of this machine that a volume's content lies in. */
  public Future<String> volumeDirectory(String name) {
    return calls.get(
        "/volumes/" + encode(name) + "/json", volume -> volume.getString("Mountpoint", ""));
  }

  /**
   * Makes a bridge network with names for its containers where there is none of that name, and
   * gives the labels of the one there is.
   */
  public Future<Map<String, String>> provideNetwork(String name, Map<String, String> labels) {
    var json =
        new JsonObject()
            .put("name", name)
            .put("driver", "bridge")
            .put("dns_enabled", true)
            .put("labels", new JsonObject(Map.copyOf(labels)));
    return provided(() -> networkLabels(name), "/networks/create", json, labels);
  }

  private Future<Map<String, String>> networkLabels(String name) {
    return calls.get("/networks/" + encode(name) + "/json", Podman::lowerCaseLabels);
  }

  /** The networks that carry every one of {@code labels}, each with all its labels, by name. */
  public Future<Map<String, Map<String, String>>> networks(Map<String, String> labels) {
    return calls
        .array("/networks/json?filters=" + filter(labels))
        .map(
            all -> {
              var networks = new TreeMap<String, Map<String, String>>();
              all.forEach(each -> networks.put(each.getString("name"), lowerCaseLabels(each)));
              return networks;
            });
  }

  /** Networks say labels where volumes and containers say Labels. */
  private static Map<String, String> lowerCaseLabels(JsonObject json) {
    return Container.labels(new JsonObject().put("Labels", json.getJsonObject("labels")));
  }

  /** Takes a container that is there, running or not, into one more network. */
  public Future<Void> connect(String network, String container, String alias) {
    var json =
        new JsonObject().put("container", container).put("aliases", new JsonArray().add(alias));
    var uri = "/networks/" + encode(network) + "/connect";
    return calls
        .answered(HttpMethod.POST, uri, Buffer.buffer(json.encode()), timeout, 200)
        .mapEmpty();
  }

  /** Fails where a container is in it. */
  public Future<Void> removeNetwork(String name) {
    return calls.done(HttpMethod.DELETE, "/networks/" + encode(name), timeout, 200, 204);
  }

  public Future<Boolean> volumeExists(String name) {
    return client
        .call(HttpMethod.GET, "/volumes/" + encode(name) + "/exists", Calls.NOTHING, timeout)
        .map(answer -> answer.status() == 204);
  }

  public Future<Void> removeVolume(String name) {
    return calls.done(HttpMethod.DELETE, "/volumes/" + encode(name), timeout, 204);
  }

  /** Every event of a container from now on; the future ends when podman ends the stream. */
  public Future<Void> events(Handler<Void> connected, Handler<Event> events) {
    var uri = "/events?stream=true&filters=" + encode("{\"type\":[\"container\"]}");
    return client.stream(
        HttpMethod.GET,
        uri,
        Map.of(),
        response -> {
          connected.handle(null);
          response.handler(
              RecordParser.newDelimited(
                  "\n", line -> events.handle(Event.of(new JsonObject(line)))));
        },
        forEver());
  }

  public Future<Void> close() {
    return client.close();
  }

  /** One each: a shared one would gather the listeners of years. */
  private static Future<Void> forEver() {
    return Promise.<Void>promise().future();
  }

  private static String path(String container, String call) {
    return "/containers/" + encode(container) + "/" + call;
  }

  static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
