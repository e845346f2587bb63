package io.nationtech.iot.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.codec.MalformedDocumentException;
import io.nationtech.iot.codec.Wire;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** Resources as a test tells of them. */
public final class Given {
  public static final Instant CREATED = Instant.parse("2026-11-23T09:00:00Z");

  private Given() {}

  /** A Device as old as {@code created} says. */
  public static DeviceResource device(String namespace, String name, Instant created) {
    var resource = resource(namespace, name, "uid-" + namespace + "-" + name, 1);
    metadata(resource).put("creationTimestamp", created.toString());
    return DeviceResource.of(resource);
  }

  public static DeviceResource device(String namespace, String name) {
    return device(namespace, name, CREATED);
  }

  /** The same Device, to be handed to {@code owner}. */
  public static DeviceResource handedTo(DeviceResource device, String owner) {
    return new DeviceResource(
        annotated(device.metadata(), Wire.ANNOTATION_TRANSFER_TO, owner),
        device.paused(),
        device.identity(),
        device.badIdentity(),
        device.status());
  }

  public static DeviceResource paused(DeviceResource device) {
    return new DeviceResource(
        device.metadata(), true, device.identity(), device.badIdentity(), device.status());
  }

  /** The same Device, with a spec that says whose it is. */
  public static DeviceResource belongingTo(DeviceResource device, IdentityDocument identity) {
    return device.with(identity);
  }

  /** A Device with just this as its spec. */
  public static DeviceResource device(String namespace, String name, JsonNode spec) {
    return DeviceResource.of(
        resource(namespace, name, "uid-" + namespace + "-" + name, 1).set("spec", spec));
  }

  /** A deployment that names its devices, at its first generation. */
  public static DeploymentResource deployment(String namespace, String name, String... devices) {
    return deployment(namespace, name, "uid-" + name, 1, devices);
  }

  public static DeploymentResource deployment(
      String namespace, String name, String uid, long generation, String... devices) {
    var resource = resource(namespace, name, uid, generation);
    var names = spec(resource).putObject("target").putArray("devices");
    List.of(devices).forEach(names::add);
    return DeploymentResource.of(resource);
  }

  /** A deployment whose target is a group, which this version can't resolve. */
  public static DeploymentResource grouped(
      String namespace, String name, String uid, long generation) {
    var resource = resource(namespace, name, uid, generation);
    spec(resource).putObject("target").put("group", "boiler-rooms");
    return DeploymentResource.of(resource);
  }

  public static DeploymentResource deleting(DeploymentResource deployment) {
    var before = deployment.metadata();
    return with(
        deployment,
        new Metadata(
            before.key(),
            before.uid(),
            before.generation() + 1,
            before.resourceVersion() + "0",
            before.created(),
            true,
            before.annotations(),
            before.finalizers()));
  }

  public static DeploymentResource annotated(
      DeploymentResource deployment, String annotation, String value) {
    return with(deployment, annotated(deployment.metadata(), annotation, value));
  }

  /** The same deployment with finalizers. */
  public static DeploymentResource finalized(DeploymentResource deployment, String... finalizers) {
    var before = deployment.metadata();
    return with(
        deployment,
        new Metadata(
            before.key(),
            before.uid(),
            before.generation(),
            before.resourceVersion(),
            before.created(),
            before.deleting(),
            before.annotations(),
            List.of(finalizers)));
  }

  /** The same deployment with another score. */
  public static DeploymentResource running(DeploymentResource deployment, JsonNode score) {
    return new DeploymentResource(
        deployment.metadata(),
        deployment.target(),
        deployment.update(),
        score,
        deployment.status());
  }

  public static JsonNode score(String image) {
    return json(
        "{\"type\":\"PodmanV0\",\"data\":{\"services\":[{\"name\":\"web\",\"image\":\"%s\"}]}}"
            .formatted(image));
  }

  public static JsonNode json(String text) {
    try {
      return CanonicalJson.parse(text);
    } catch (MalformedDocumentException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static DeploymentResource with(DeploymentResource deployment, Metadata metadata) {
    return new DeploymentResource(
        metadata,
        deployment.target(),
        deployment.update(),
        deployment.score(),
        deployment.status());
  }

  private static Metadata annotated(Metadata before, String annotation, String value) {
    var annotations = new TreeMap<>(before.annotations());
    annotations.put(annotation, value);
    return new Metadata(
        before.key(),
        before.uid(),
        before.generation(),
        before.resourceVersion(),
        before.created(),
        before.deleting(),
        annotations,
        before.finalizers());
  }

  private static ObjectNode resource(String namespace, String name, String uid, long generation) {
    var resource = JsonNodeFactory.instance.objectNode();
    resource
        .putObject("metadata")
        .put("namespace", namespace)
        .put("name", name)
        .put("uid", uid)
        .put("generation", generation)
        .put("resourceVersion", Long.toString(generation))
        .put("creationTimestamp", CREATED.toString());
    resource.putObject("spec").set("score", score("hello:1"));
    return resource;
  }

  private static ObjectNode metadata(ObjectNode resource) {
    return resource.withObject("/metadata");
  }

  private static ObjectNode spec(ObjectNode resource) {
    return resource.withObject("/spec");
  }
}
