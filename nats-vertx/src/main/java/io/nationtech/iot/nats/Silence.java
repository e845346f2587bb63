package io.nationtech.iot.nats;

import io.nats.client.ErrorListener;

/** jnats logs every error by itself; what matters is said once, by the connection's states. */
final class Silence implements ErrorListener {}
