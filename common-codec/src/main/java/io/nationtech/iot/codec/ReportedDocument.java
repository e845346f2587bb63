package io.nationtech.iot.codec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * KV device-state / device: what one device says is true of itself.
 *
 * @param boot new at every start of the machine: two that alternate mean a copied SD card
 * @param revision of the desired document this answers, 0 where there was none; compared for
 *     equality only
 */
public record ReportedDocument(
    DeviceId device,
    String boot,
    long revision,
    Instant reportedAt,
    Agent agent,
    Host host,
    SortedMap<String, Deployment> deployments) {

  /** The agent itself. */
  public record Agent(String version, Instant startedAt) {}

  /** The machine it runs on. */
  public record Host(String architecture, String os, String podmanVersion) {}

  /** Where a deployment stands; {@code Running} only from what podman itself reports. */
  public enum Phase {
    Waiting,
    Pulling,
    Starting,
    Running,
    Stopping,
    Degraded,
    Failed,
    RolledBack,
    Unsupported
  }

  /**
   * One deployment as observed.
   *
   * @param reason a CamelCase word
   * @param message a sentence for a mechanic
   */
  public record Deployment(
      String uid,
      long generation,
      Phase phase,
      String reason,
      String message,
      SortedMap<String, Service> services) {
    private Deployment withoutServices() {
      return new Deployment(uid, generation, phase, reason, message, new TreeMap<>());
    }
  }

  /**
   * One container as podman reports it.
   *
   * @param state podman's own word
   * @param health podman's own word, {@code none} without a health check
   */
  public record Service(
      String state,
      String health,
      String containerId,
      String image,
      String imageDigest,
      Optional<Instant> startedAt,
      int restarts,
      Optional<Integer> exitCode) {}

  /** Reads a document; it must be the one of {@code expected}. */
  public static ReportedDocument decode(DeviceId expected, byte[] json)
      throws MalformedDocumentException {
    if (json.length > Wire.MAX_REPORTED_BYTES) {
      throw new MalformedDocumentException("is larger than " + Wire.MAX_REPORTED_BYTES + " bytes");
    }
    var fields = Fields.of("", CanonicalJson.parse(json));
    if (!fields.text("device").equals(expected.value())) {
      throw new MalformedDocumentException("device is not " + expected);
    }
    var deployments = fields.map("deployments", ReportedDocument::deployment);
    DeviceId.requireLabels("deployments", deployments.keySet());
    return new ReportedDocument(
        expected,
        fields.text("boot"),
        fields.number("revision", 0, Long.MAX_VALUE),
        instant(fields, "reportedAt"),
        fields.below("agent", f -> new Agent(f.text("version"), instant(f, "startedAt"))),
        fields.below("host", ReportedDocument::host),
        deployments);
  }

  /** The document as canonical JSON. */
  public String encode() {
    var root = JsonNodeFactory.instance.objectNode();
    root.put("device", device.value()).put("boot", boot).put("revision", revision);
    root.put("reportedAt", reportedAt.toString());
    root.putObject("agent")
        .put("version", agent.version())
        .put("startedAt", agent.startedAt().toString());
    root.putObject("host")
        .put("architecture", host.architecture())
        .put("os", host.os())
        .put("podmanVersion", host.podmanVersion());
    var all = root.putObject("deployments");
    deployments.forEach((name, deployment) -> encode(all.putObject(name), deployment));
    return CanonicalJson.write(root);
  }

  /** The same document reported at another time: reports are compared without it. */
  public ReportedDocument at(Instant time) {
    return new ReportedDocument(device, boot, revision, time, agent, host, deployments);
  }

  /** The same document with the phases alone: a device of very many containers has to fit too. */
  public ReportedDocument withoutServices() {
    var bare = new TreeMap<String, Deployment>();
    deployments.forEach((name, deployment) -> bare.put(name, deployment.withoutServices()));
    return new ReportedDocument(device, boot, revision, reportedAt, agent, host, bare);
  }

  private static void encode(ObjectNode node, Deployment deployment) {
    node.put("uid", deployment.uid()).put("generation", deployment.generation());
    node.put("phase", deployment.phase().name());
    node.put("reason", deployment.reason()).put("message", deployment.message());
    var services = node.putObject("services");
    deployment.services().forEach((name, service) -> encode(services.putObject(name), service));
  }

  private static void encode(ObjectNode node, Service service) {
    node.put("state", service.state()).put("health", service.health());
    node.put("containerId", service.containerId());
    node.put("image", service.image()).put("imageDigest", service.imageDigest());
    node.put("startedAt", service.startedAt().map(Instant::toString).orElse(null));
    node.put("restarts", service.restarts());
    node.put("exitCode", service.exitCode().orElse(null));
  }

  private static Host host(Fields fields) throws MalformedDocumentException {
    return new Host(fields.text("architecture"), fields.text("os"), fields.text("podmanVersion"));
  }

  private static Deployment deployment(Fields fields) throws MalformedDocumentException {
    var phase = fields.optionalEnum("phase", Phase.class);
    return new Deployment(
        fields.text("uid"),
        fields.number("generation", 0, Long.MAX_VALUE),
        phase.orElseThrow(() -> fields.malformed("phase", "is missing")),
        fields.text("reason"),
        fields.text("message"),
        fields.map("services", ReportedDocument::service));
  }

  private static Service service(Fields fields) throws MalformedDocumentException {
    return new Service(
        fields.text("state"),
        fields.text("health"),
        fields.text("containerId"),
        fields.text("image"),
        fields.text("imageDigest"),
        fields.optionalInstant("startedAt"),
        fields.optionalInteger("restarts", 0, Integer.MAX_VALUE).orElse(0),
        fields.optionalInteger("exitCode", Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  private static Instant instant(Fields fields, String name) throws MalformedDocumentException {
    var instant = fields.optionalInstant(name);
    return instant.orElseThrow(() -> fields.malformed(name, "is missing"));
  }
}
