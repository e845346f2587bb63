package io.nationtech.iot.agent.zitadel;

import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Exceptions of sockets and TLS, in words. */
public final class Reasons {
  private Reasons() {}

  /** {@code e} and what caused it, the outermost first. */
  static Stream<Throwable> causes(Throwable e) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause);
  }

  public static String words(Throwable e) {
    // A certificate that fails says more than what it caused, and than what caused it.
    var telling =
        causes(e)
            .filter(CertificateException.class::isInstance)
            .findFirst()
            .or(() -> causes(e).reduce((outer, inner) -> inner))
            .orElse(e);
    return switch (telling) {
      case UnknownHostException unknown -> "its name can't be looked up";
      case TimeoutException late -> "it does not answer in time";
      default ->
          telling.getMessage() == null ? telling.getClass().getSimpleName() : telling.getMessage();
    };
  }
}
