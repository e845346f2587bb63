package io.nationtech.iot.operator.kube;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.operator.reconcile.Resources.Kind;
import java.util.Locale;

/** How the API server calls the kinds. */
final class Api {
  static final String VERSION = Wire.API_GROUP + "/" + Wire.API_VERSION;

  /** Whose fields are whose in a server-side apply. */
  static final String FIELD_MANAGER = "iot-operator";

  private Api() {}

  static ResourceDefinitionContext context(Kind kind) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(Wire.API_GROUP)
        .withVersion(Wire.API_VERSION)
        .withKind(kind.name())
        .withPlural(kind.name().toLowerCase(Locale.ROOT) + "s")
        .withNamespaced(true)
        .build();
  }
}
