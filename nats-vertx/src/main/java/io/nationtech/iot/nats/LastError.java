package io.nationtech.iot.nats;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import java.security.cert.CertificateException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what went wrong last in place of logging it: what matters is said once, by the
 * connection's states.
 */
final class LastError implements ErrorListener {
  private final Runnable refused;
  private volatile @Nullable Exception last;

  /** {@code refused}: called, on any thread, each time the server does not accept who connects. */
  LastError(Runnable refused) {
    this.refused = refused;
  }

  /** What the server itself says, also while jnats connects again by itself. */
  @Override
  public void errorOccurred(Connection connection, String error) {
    var said = error.toLowerCase(Locale.ROOT);
    // A server that had no time to read who connects has refused nobody.
    if (said.contains("auth") && !said.contains("timeout")) {
      refused.run();
    }
  }

  @Override
  public void exceptionOccurred(Connection connection, Exception e) {
    last = e;
  }

  /** Why a connection could not be made; jnats itself names the address, but not the cause. */
  String reason(Throwable thrown) {
    var deepest = deepest(last == null ? thrown : last);
    var said =
        thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
    var why = deepest.getMessage() == null ? "" : deepest.getMessage();
    return why.isEmpty() || said.contains(why) ? said : said + ": " + why;
  }

  private static Throwable deepest(Throwable from) {
    var at = from;
    while (at.getCause() != null && !(at instanceof CertificateException)) {
      at = at.getCause();
    }
    return at;
  }
}
