package io.nationtech.iot.nats;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Which certificates of servers are believed, and what time they are checked at. The name of the
 * host is checked always: jnats by itself takes any certificate for any host.
 */
public final class Trust {
  private final Optional<Path> caFile;
  private final InstantSource clock;
  private final Runnable doubt;

  private Trust(Optional<Path> caFile, InstantSource clock, Runnable doubt) {
    this.caFile = caFile;
    this.clock = clock;
    this.doubt = doubt;
  }

  /** By the system's clock; {@code caFile}, PEM, in place of the system's certificates. */
  public static Trust in(Optional<Path> caFile) {
    return in(caFile, InstantSource.system(), () -> {});
  }

  /**
   * By another clock.
   *
   * @param doubt called, on any thread, where a certificate failed by its dates only: the clock may
   *     be wrong
   */
  public static Trust in(Optional<Path> caFile, InstantSource clock, Runnable doubt) {
    return new Trust(caFile, clock, doubt);
  }

  boolean chosen() {
    return caFile.isPresent();
  }

  SSLContext context() throws GeneralSecurityException, IOException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {manager()}, null);
    return context;
  }

  /** Blocks while it reads the certificates. */
  public X509ExtendedTrustManager manager() throws GeneralSecurityException, IOException {
    return new ServerTrustManager(Anchors.read(caFile), this::now);
  }

  /**
   * Believes a certificate of any time; for one question that asks nothing but the time. Blocks
   * while it reads the certificates.
   */
  public AnyTime anyTime() throws GeneralSecurityException, IOException {
    return new AnyTime(Anchors.read(caFile));
  }

  private void now(X509Certificate[] chain, ServerTrustManager.Check check)
      throws CertificateException {
    var now = clock.instant();
    try {
      check.at(now);
    } catch (CertificateException e) {
      if (ServerTrustManager.timeThatFits(chain, check).isEmpty()) {
        throw e;
      }
      doubt.run();
      throw new CertificateDatesException(chain, now);
    }
  }

  /** See {@link Trust#anyTime}. */
  public static final class AnyTime {
    private final Anchors anchors;
    private final ServerTrustManager manager;
    private volatile X509Certificate[] seen = {};

    private AnyTime(Anchors anchors) {
      this.anchors = anchors;
      this.manager = new ServerTrustManager(anchors, this::sometime);
    }

    public X509ExtendedTrustManager manager() {
      return manager;
    }

    /** Whether the certificates that were seen, for the right host, are valid at {@code time}. */
    public boolean validAt(Instant time) {
      try {
        anchors.at(time).checkServerTrusted(seen, "UNKNOWN");
        return true;
      } catch (CertificateException | IllegalArgumentException e) {
        return false;
      }
    }

    private void sometime(X509Certificate[] chain, ServerTrustManager.Check check)
        throws CertificateException {
      var time = ServerTrustManager.timeThatFits(chain, check);
      // Where none fits, something else is wrong: checked once more, it says what.
      check.at(time.orElse(chain[0].getNotBefore().toInstant()));
      seen = chain;
    }
  }
}
