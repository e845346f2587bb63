package io.nationtech.iot.operator.kube;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.operator.reconcile.Resources.Kind;
import io.nationtech.iot.operator.resource.Metadata;
import io.nationtech.iot.operator.status.Happening;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What is written to Kubernetes; every call blocks. */
final class Writer {
  private static final int MAX_MESSAGE = 1000;

  private final KubernetesClient client;

  Writer(KubernetesClient client) {
    this.client = client;
  }

  void applyStatus(Kind kind, Metadata metadata, ObjectNode status) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", Api.VERSION).put("kind", kind.name());
    json.putObject("metadata")
        .put("namespace", metadata.key().namespace())
        .put("name", metadata.key().name())
        // Another resource of the same name is not the one that the status speaks of.
        .put("uid", metadata.uid());
    json.set("status", status);
    var resource =
        Serialization.unmarshal(CanonicalJson.write(json), GenericKubernetesResource.class);
    unlessGone(
        () ->
            client
                .genericKubernetesResources(Api.context(kind))
                .inNamespace(metadata.key().namespace())
                .resource(resource)
                .subresource("status")
                .patch(
                    new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(Api.FIELD_MANAGER)
                        .withForce(true)
                        .build()));
  }

  void setFinalizers(Metadata metadata, List<String> finalizers) {
    var patch = JsonNodeFactory.instance.objectNode();
    var fields = patch.putObject("metadata");
    // Nothing that somebody else added meanwhile is lost.
    fields.put("resourceVersion", metadata.resourceVersion());
    var list = fields.putArray("finalizers");
    finalizers.forEach(list::add);
    unlessGone(
        () ->
            client
                .genericKubernetesResources(Api.context(Kind.DeviceDeployment))
                .inNamespace(metadata.key().namespace())
                .withName(metadata.key().name())
                .patch(PatchContext.of(PatchType.JSON_MERGE), CanonicalJson.write(patch)));
  }

  void tell(Kind kind, Metadata metadata, Happening happening) {
    var now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    var event =
        new EventBuilder()
            .withNewMetadata()
            .withGenerateName(metadata.key().name() + ".")
            .withNamespace(metadata.key().namespace())
            .endMetadata()
            .withNewInvolvedObject()
            .withApiVersion(Api.VERSION)
            .withKind(kind.name())
            .withNamespace(metadata.key().namespace())
            .withName(metadata.key().name())
            .withUid(metadata.uid())
            .endInvolvedObject()
            .withType(happening.warning() ? "Warning" : "Normal")
            .withReason(happening.reason())
            .withMessage(cut(happening.message()))
            .withFirstTimestamp(now)
            .withLastTimestamp(now)
            .withCount(1)
            .withNewSource()
            .withComponent(Api.FIELD_MANAGER)
            .endSource()
            .build();
    client.v1().events().inNamespace(metadata.key().namespace()).resource(event).create();
  }

  private static String cut(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
  }

  private static void unlessGone(Runnable call) {
    try {
      call.run();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }
}
