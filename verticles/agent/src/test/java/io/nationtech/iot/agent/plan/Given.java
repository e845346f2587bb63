package io.nationtech.iot.agent.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DesiredDocument.Deployment;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.PodmanV0;
import io.nationtech.iot.codec.ReportedDocument;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Facts made by hand, a line each. */
final class Given {
  static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  static final Instant LONG_AGO = NOW.minus(Duration.ofHours(1));
  static final DeviceId DEVICE = new DeviceId("pi-1");

  private final SortedMap<String, Deployment> deployments = new TreeMap<>();
  private final List<ObservedContainer> observed = new ArrayList<>();
  private final Map<String, Quarantine> quarantined = new TreeMap<>();
  private final Map<Attempt, Failure> failures = new HashMap<>();
  private final Set<ServiceKey> busy = new HashSet<>();
  private final Set<Attempt> untried = new HashSet<>();
  private final Map<ServiceKey, Proven> proven = new HashMap<>();
  private final Set<ServiceKey> notPulled = new HashSet<>();
  private final Set<ServiceKey> pulling = new HashSet<>();
  private final Map<String, LockFile> locks = new TreeMap<>();
  private final Map<String, Held> held = new TreeMap<>();
  private ZonedDateTime local = NOW.atZone(ZoneId.of("Europe/Berlin"));
  private boolean certain = true;
  private Policy policy = new Policy(List.of(), List.of(), false, false);
  private Optional<String> secretsMissing = Optional.empty();
  private boolean document;
  private boolean paused;

  /** One service's JSON; {@code fields} are more of it, {@code "key":value}. */
  static String service(String name, String image, String... fields) {
    var more = Stream.of(fields).map(field -> "," + field).collect(joining());
    return canonical("{\"name\":\"%s\",\"image\":\"%s\"%s}".formatted(name, image, more));
  }

  /** Service {@code web} in one version. */
  static String web(int version, String... fields) {
    return service("web", "hello:" + version, fields);
  }

  /** A container by its name, {@code deployment.service} and maybe more. */
  static ObservedContainer container(String name, String spec, String state) {
    var parts = name.split("\\.", -1);
    boolean ran = !state.equals("created") && !state.equals("initialized");
    return new ObservedContainer(
        "id-of-" + name,
        name,
        new ServiceKey(parts[0], parts[1]),
        spec,
        state,
        "none",
        "an image",
        "sha256:0",
        "image-of-" + name,
        ran ? Optional.of(LONG_AGO) : Optional.empty(),
        0,
        ran ? Optional.of(state.equals("running") ? 0 : 1) : Optional.empty(),
        List.of());
  }

  /** It ended with the machine. */
  static ObservedContainer cutOff(String name, String spec) {
    return exited(name, spec, Optional.empty());
  }

  static ObservedContainer exited(String name, String spec, int exitCode) {
    return exited(name, spec, Optional.of(exitCode));
  }

  private static ObservedContainer exited(String name, String spec, Optional<Integer> exitCode) {
    var container = container(name, spec, "exited");
    return new ObservedContainer(
        container.id(),
        name,
        container.key(),
        spec,
        "exited",
        "none",
        container.image(),
        container.imageDigest(),
        container.imageId(),
        container.startedAt(),
        0,
        exitCode,
        List.of());
  }

  static ObservedContainer startedAt(ObservedContainer container, Instant started) {
    return new ObservedContainer(
        container.id(),
        container.name(),
        container.key(),
        container.spec(),
        container.state(),
        container.health(),
        container.image(),
        container.imageDigest(),
        container.imageId(),
        Optional.of(started),
        container.restarts(),
        container.exitCode(),
        container.notEnforced());
  }

  /** It runs, and podman has this word for its health. */
  static ObservedContainer health(String name, String spec, String health) {
    return container(name, spec, "running").withHealth(health);
  }

  static ObservedContainer notEnforced(ObservedContainer container, String... limits) {
    return new ObservedContainer(
        container.id(),
        container.name(),
        container.key(),
        container.spec(),
        container.state(),
        container.health(),
        container.image(),
        container.imageDigest(),
        container.imageId(),
        container.startedAt(),
        container.restarts(),
        container.exitCode(),
        List.of(limits));
  }

  static Deployment deployment(Instant since, String update, String... services) {
    var json =
        """
        {"device":"pi-1","owner":"test/test","deployments":{"one":{"uid":"uid","generation":1,
        "since":"%s","update":%s,"score":{"type":"PodmanV0","data":{"services":[%s]}}}}}"""
            .formatted(since, update, String.join(",", services));
    try {
      var document = DesiredDocument.decode(DEVICE, json.getBytes(UTF_8));
      return requireNonNull(document.deployments().get("one"));
    } catch (MalformedDocumentException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  Given wants(String name, String... services) {
    return wants(name, deployment(LONG_AGO, "{}", services));
  }

  Given wants(String name, Deployment deployment) {
    deployments.put(name, deployment);
    return wantsNothingElse();
  }

  /** There is a document, even where nothing is in it. */
  Given wantsNothingElse() {
    document = true;
    return this;
  }

  Given paused() {
    paused = true;
    return this;
  }

  Given has(ObservedContainer... containers) {
    observed.addAll(List.of(containers));
    return this;
  }

  Given quarantined(String name) {
    var deployment = deployments.get(name);
    if (deployment == null) {
      throw new IllegalArgumentException(name);
    }
    quarantined.put(name, new Quarantine(deployment.version(), "web: it ended"));
    return this;
  }

  /** {@code what}: a spec, or a container's id. */
  Given failed(String deployment, String service, String what, Failure failure) {
    failures.put(new Attempt(new ServiceKey(deployment, service), what), failure);
    return this;
  }

  /** The version of a deployment that was proven last, each service from {@code image-<name>}. */
  Given proven(String deployment, String... specs) {
    for (var spec : specs) {
      var name = PodmanV0.service(spec).orElseThrow().name();
      proven.put(new ServiceKey(deployment, name), new Proven(spec, "image-" + name));
    }
    return this;
  }

  /** The image of what is to be made is not known to be here; all others are. */
  Given notPulled(String deployment, String service) {
    notPulled.add(new ServiceKey(deployment, service));
    return this;
  }

  Given pulling(String deployment, String service) {
    pulling.add(new ServiceKey(deployment, service));
    return notPulled(deployment, service);
  }

  Given lock(String deployment, LockFile file) {
    locks.put(deployment, file);
    return this;
  }

  Given held(Map<String, Held> since) {
    held.putAll(since);
    return this;
  }

  /** The time for people; the other stands still. */
  Given localTime(String time) {
    local = LocalDateTime.parse(time).atZone(local.getZone());
    return this;
  }

  Given clockUnknown() {
    certain = false;
    return this;
  }

  /** What this agent has not tried since it started; it has tried everything else. */
  Given untried(String deployment, String service, String spec) {
    untried.add(new Attempt(new ServiceKey(deployment, service), spec));
    return this;
  }

  Given busy(String deployment, String service) {
    busy.add(new ServiceKey(deployment, service));
    return this;
  }

  Given policy(Policy allowed) {
    policy = allowed;
    return this;
  }

  Given secretsMissing(String why) {
    secretsMissing = Optional.of(why);
    return this;
  }

  Facts facts() {
    var desired = new DesiredDocument(DEVICE, "test/test", paused, deployments);
    return new Facts(
        Optional.of(desired).filter(there -> document),
        List.copyOf(observed),
        Map.copyOf(quarantined),
        Map.copyOf(failures),
        tried(),
        Set.copyOf(busy),
        policy,
        secretsMissing,
        NOW,
        Map.copyOf(proven),
        new Images(pulled(), Set.copyOf(pulling)),
        new Holding(
            local.toInstant(), certain, local.getZone(), Map.copyOf(locks), Map.copyOf(held)));
  }

  private Set<Attempt> tried() {
    return observed.stream()
        .map(container -> new Attempt(container.key(), container.spec()))
        .filter(attempt -> !untried.contains(attempt))
        .collect(toSet());
  }

  private Map<Attempt, String> pulled() {
    var pulled = new HashMap<Attempt, String>();
    deployments.forEach(
        (name, deployment) -> {
          if (deployment.score() instanceof PodmanV0 score) {
            for (var service : score.services()) {
              var key = new ServiceKey(name, service.name());
              if (!notPulled.contains(key)) {
                pulled.put(new Attempt(key, service.spec()), "pulled-" + key);
              }
            }
          }
        });
    return pulled;
  }

  Plan plan() {
    return Planner.plan(facts());
  }

  /** What is said of a deployment while nothing is being done. */
  ReportedDocument.Deployment said(String name) {
    return requireNonNull(Reporter.report(facts(), plan(), Map.of()).get(name));
  }

  /** The steps as a person would note them: {@code Replace app.web}. */
  List<String> steps() {
    return plan().steps().stream().map(Given::noted).toList();
  }

  Map<String, Refusal> refusals() {
    return Planner.plan(facts()).refusals();
  }

  private static String noted(Step step) {
    var container =
        switch (step) {
          case Step.Pull pull -> step.key().toString();
          case Step.Start start -> step.key() + start.imageId().map(id -> " " + id).orElse("");
          case Step.Replace replace -> replace.old().name();
          case Step.Promote promote -> promote.proven().name();
          case Step.RollBack back -> back.failed().name();
          case Step.Restore restore -> restore.proven().name();
          case Step.StartAgain again -> again.container().name();
          case Step.Remove remove -> remove.container().name();
        };
    var yielding = step.yielding().stream().map(other -> ", " + other.name() + " yields");
    return step.getClass().getSimpleName() + " " + container + yielding.collect(joining());
  }

  static String canonical(String json) {
    try {
      return CanonicalJson.write(CanonicalJson.parse(json));
    } catch (MalformedDocumentException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
