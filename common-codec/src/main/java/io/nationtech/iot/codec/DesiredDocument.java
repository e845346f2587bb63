package io.nationtech.iot.codec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * KV desired-state / device: all that one device must run, written by its operator.
 *
 * @param owner {@code <cluster>/<namespace>} of the operator that looks after the device
 * @param paused nothing on the device changes, containers run on
 */
public record DesiredDocument(
    DeviceId device, String owner, boolean paused, SortedMap<String, Deployment> deployments) {

  /**
   * One deployment on one device.
   *
   * @param uid of the DeviceDeployment; a resource made again has another
   * @param since when this device was first given the deployment: the older wins a conflict
   * @param retry moved by a person to lift a quarantine
   * @param update how the device changes
   * @param score what runs, as received
   */
  public record Deployment(
      String uid, long generation, Instant since, long retry, Update update, Score score) {

    /**
     * What quarantine, "updated" and "observed" compare; generation also moves without a change.
     */
    public String version() {
      return uid + "/" + retry + "/" + CanonicalJson.write(score.json());
    }
  }

  /** Reads a document; it must be the one of {@code expected}. */
  public static DesiredDocument decode(DeviceId expected, byte[] json)
      throws MalformedDocumentException {
    if (json.length > Wire.MAX_DESIRED_BYTES) {
      throw new MalformedDocumentException("is larger than " + Wire.MAX_DESIRED_BYTES + " bytes");
    }
    var fields = Fields.of("", CanonicalJson.parse(json));
    if (!fields.text("device").equals(expected.value())) {
      throw new MalformedDocumentException("device is not " + expected);
    }
    if (!fields.node().path("deployments").isObject()) {
      // Absent is not empty: an empty object is an order to stop everything.
      throw new MalformedDocumentException("deployments is missing");
    }
    var deployments = fields.map("deployments", DesiredDocument::deployment);
    DeviceId.requireLabels("deployments", deployments.keySet());
    return new DesiredDocument(expected, fields.text("owner"), fields.flag("paused"), deployments);
  }

  /** Canonical JSON: two documents that say the same are the same string. */
  public String encode() {
    var root = JsonNodeFactory.instance.objectNode();
    root.put("device", device.value()).put("owner", owner).put("paused", paused);
    var all = root.putObject("deployments");
    deployments.forEach((name, deployment) -> all.set(name, encode(deployment)));
    return CanonicalJson.write(root);
  }

  private static ObjectNode encode(Deployment deployment) {
    var node = JsonNodeFactory.instance.objectNode();
    node.put("uid", deployment.uid());
    node.put("generation", deployment.generation());
    node.put("since", deployment.since().toString());
    node.put("retry", deployment.retry());
    node.set("update", deployment.update().json());
    node.set("score", deployment.score().json());
    return node;
  }

  private static Deployment deployment(Fields fields) throws MalformedDocumentException {
    var update = Update.of(fields.object("update"));
    return new Deployment(
        fields.text("uid"),
        fields.number("generation", 0, Long.MAX_VALUE),
        fields.optionalInstant("since").orElse(Instant.EPOCH),
        fields.optionalNumber("retry", 0, Long.MAX_VALUE).orElse(0L),
        update,
        update.supported(Score.of(fields.object("score"))));
  }

  /** A document that asks for nothing. */
  public static DesiredDocument empty(DeviceId device, String owner) {
    return new DesiredDocument(device, owner, false, new TreeMap<>());
  }
}
