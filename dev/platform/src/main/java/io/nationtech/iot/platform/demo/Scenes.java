package io.nationtech.iot.platform.demo;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.Timeline;
import io.nationtech.iot.platform.enrol.Enrolment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the demo shows, one scene after the other. */
final class Scenes {
  private static final String CONTAINER = "hello.web";
  private static final String EXAMPLE = "examples/hello/";
  private static final String SERVICE = "/spec/score/data/services/0/";

  private final Story story;
  private final Servers servers;
  private final Timeline timeline;
  private final Players players;
  private final Enrolment enrolment;
  private final Program agent;
  private final Machine machine;
  private @Nullable DeploymentWatch deployments;

  /** The platform's own programs; {@code config}: the agent's. */
  record Players(Program operator, Program callout, Program agent, Path config) {}

  Scenes(Story story, Servers servers, Timeline timeline, Players players, Enrolment enrolment) {
    this.story = story;
    this.servers = servers;
    this.timeline = timeline;
    this.players = players;
    this.enrolment = enrolment;
    this.agent = players.agent();
    this.machine = new Machine(timeline.device().value());
  }

  void play() {
    start();
    impostor();
    deploy();
    update();
    badUpdate();
    killTheAgent();
    cutPower();
    brokenRegistry();
    delete();
  }

  private void start() {
    kubectl("apply", "-f", file("charts/iot-operator/crds"));
    kubectl("wait", "--for=condition=Established", "crd", "--all");
    kubectl("apply", "-f", file(EXAMPLE + "device.yaml"));
    players.operator().start();
    players.callout().start();
    Story.find("the device's first document", () -> timeline.inNats(1));
    // A device that is refused waits a minute before it asks again.
    Story.await("the callout", () -> players.callout().count("callout: answers") > 0);
    agent.start();
    kubectl("wait", "--for=condition=Connected", "device/" + timeline.device(), "--timeout=60s");
    deployments = new DeploymentWatch(servers.kubernetes().config());
    story.tell("operator, callout and agent run, device " + timeline.device() + " is connected");
  }

  /** Another device with a valid token of its own. */
  private void impostor() {
    var other = new DeviceId("pi-2");
    var token = enrolment.enrol(other, false).token().orElseThrow().value();
    var refusals = Impostor.reachFor(timeline.device(), servers.nats().url(), other, token);
    story.tell(
        "%s's token for %s's subjects, thrice refused: %s"
            .formatted(other, timeline.device(), refusals.getFirst()));
  }

  private void deploy() {
    var began = Instant.now();
    kubectl("apply", "-f", file(EXAMPLE + "hello.yaml"));
    story.tell("kubectl apply -f examples/hello; since it was typed:");
    hops(began, 1, "hello:1");
    page("hello, version 1");
  }

  private void update() {
    var image = image("hello:2");
    var began = Instant.now();
    patch(
        """
        [{"op":"replace","path":"%simage","value":"%s"},{"op":"add","path":"%shealthcheck","value":
        {"command":["/bin/wget","-q","-O","/dev/null","http://127.0.0.1:8080/"],
        "periodSeconds":1,"failureThreshold":2}}]"""
            .formatted(SERVICE, image, SERVICE));
    story.tell(
        "kubectl patch: image %s, with a healthcheck that reads the page; since it was typed:"
            .formatted(image));
    hops(began, 2, "hello:2");
    page("hello, version 2");
    Story.await("the old container to go", () -> machine.containers().equals(CONTAINER));
  }

  /** What a person types wrong at three in the morning. */
  private void badUpdate() {
    var before = machine.id(CONTAINER);
    patch("[{\"op\":\"add\",\"path\":\"%sargs\",\"value\":[\"-p\",\"8081\"]}]".formatted(SERVICE));
    story.tell("kubectl patch: a mistake, the page moves to port 8081, where nobody looks");
    kubectl(
        "wait",
        "device/" + timeline.device(),
        "--for=jsonpath={.status.deployments[0].phase}=RolledBack",
        "--timeout=60s");
    kubectl("wait", "ddep/hello", "--for=jsonpath={.status.failedDevices}=1", "--timeout=60s");
    story.tell("the device has put the old version back; kubectl get dev says RolledBack, ddep:");
    story.quote(get("{.status.conditions[?(@.type=='Ready')].message}"));
    page("hello, version 2");
    stillRuns(before);
    patch("[{\"op\":\"remove\",\"path\":\"%sargs\"}]".formatted(SERVICE));
    kubectl("wait", "ddep/hello", "--for=condition=Ready", "--timeout=60s");
    story.tell("kubectl patch: the mistake taken back, status Ready: still " + before);
  }

  private void killTheAgent() {
    var before = machine.id(CONTAINER);
    agent.kill();
    int reports = timeline.reported().size();
    agent.start();
    Story.await("a report", () -> timeline.reported().size() > reports);
    stillRuns(before);
    story.tell("agent killed by -9 and started again, as systemd does: still " + before);
  }

  /** Everything of the device at once, and it boots where there is no network. */
  private void cutPower() {
    servers.nats().stop();
    agent.kill();
    machine.cutPower(CONTAINER);
    story.tell("power cut: NATS stopped, agent and container killed by -9; boots without NATS:");
    long noticed = agent.count("NATS is away");
    var booted = Instant.now();
    agent.start();
    Story.await("the container to run again", () -> machine.runs(CONTAINER));
    story.hop(
        booted,
        Optional.of(machine.startedAt(CONTAINER)),
        "running again, says podman: container " + machine.id(CONTAINER));
    page("hello, version 2");
    Story.await("the agent to miss NATS", () -> agent.count("NATS is away") > noticed);
    var back = Instant.now();
    servers.nats().startAgain();
    // Asked for, not listened to: the one who listens may come back later than the device.
    Story.await("a report", () -> timeline.lastReport().filter(back::isBefore).isPresent());
    kubectl("wait", "ddep/hello", "--for=condition=Ready", "--timeout=60s");
    story.tell("NATS is back: the device reports what it did, status Ready");
  }

  private void brokenRegistry() {
    kubectl("apply", "-f", file("examples/broken-registry.yaml"));
    story.tell(
        "kubectl apply -f examples/broken-registry.yaml: an image whose registry is not there");
    kubectl("wait", "ddep/broken", "--for=jsonpath={.status.failedDevices}=1", "--timeout=60s");
    var check = Programs.agent(players.config(), "check");
    story.tell("on the device, iot-agent check says what is wrong and what to do:");
    story.quote(check.output());
    if (!check.output().contains("nothing listens there")) {
      throw new Story.Broken("iot-agent check does not name the registry");
    }
    kubectl("delete", "ddep", "broken", "--timeout=60s");
  }

  private void delete() {
    kubectl("delete", "ddep", "hello", "--timeout=60s");
    Story.await("the container to go", () -> machine.containers().isEmpty());
    story.tell("kubectl delete ddep hello: the container is gone");
  }

  private void page(String expected) {
    Story.await("the page", () -> machine.page(Ports.HELLO).equals(expected));
    story.tell("curl http://127.0.0.1:" + Ports.HELLO + " says '" + expected + "'");
  }

  private void stillRuns(String id) {
    if (!machine.id(CONTAINER).equals(id) || !machine.runs(CONTAINER)) {
      throw new Story.Broken("container " + id + " does not run any more");
    }
  }

  /** Each time is told by a document, by the API server's watch, or by podman. */
  private void hops(Instant began, long generation, String image) {
    var watch = Objects.requireNonNull(deployments);
    var ready = Story.find("status Ready", () -> watch.ready(generation));
    long revision = running(generation).revision();
    var key = "in NATS: " + Wire.BUCKET_DESIRED + ", revision " + revision;
    story.hop(began, timeline.inNats(revision), key);
    story.hop(began, timeline.seen(revision), "seen by the agent");
    story.hop(began, machine.pulled(image(image)), "image pulled from the registry");
    // The new container has its service's name only once the old one is gone.
    var container = machine.ids().filter(machine::runs).findFirst().orElseThrow();
    story.hop(
        began,
        Optional.of(machine.startedAt(container)),
        "running, says podman: container " + machine.id(container));
    story.hop(began, Optional.of(ready), "status Ready");
  }

  /** The first report that says the generation runs. */
  private ReportedDocument running(long generation) {
    return timeline.reported().stream()
        .filter(
            document ->
                document.deployments().values().stream()
                    .anyMatch(
                        deployment ->
                            deployment.phase() == Phase.Running
                                && deployment.generation() == generation))
        .findFirst()
        .orElseThrow();
  }

  private void patch(String operations) {
    kubectl("patch", "ddep", "hello", "--type=json", "-p=" + operations);
  }

  private String get(String path) {
    return kubectl("get", "ddep", "hello", "-o", "jsonpath=" + path);
  }

  private static String image(String name) {
    return "127.0.0.1:" + Ports.REGISTRY + "/" + name;
  }

  private static String file(String path) {
    return Images.root().resolve(path).toString();
  }

  private String kubectl(String... arguments) {
    var answer = servers.kubernetes().kubectl(arguments);
    if (answer.exitCode() != 0) {
      throw new Story.Broken("kubectl " + String.join(" ", arguments) + ": " + answer.output());
    }
    return answer.output();
  }
}
