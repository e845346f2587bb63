package io.nationtech.iot.callout.jwks;

import io.vertx.core.Future;

/** Where published keys come from. */
interface KeySource {
  /** The JWKS at {@code url} as text. */
  Future<String> fetch(String url);
}
