package io.nationtech.iot.nats;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/** A certificate that fails by its dates only: it, or this machine's clock, is wrong. */
public final class CertificateDatesException extends CertificateException {
  private static final long serialVersionUID = 1L;

  CertificateDatesException(X509Certificate[] chain, Instant now) {
    super(sentence(failing(chain, now), now.truncatedTo(ChronoUnit.SECONDS)));
  }

  private static X509Certificate failing(X509Certificate[] chain, Instant now) {
    return Arrays.stream(chain)
        .filter(
            certificate ->
                now.isBefore(certificate.getNotBefore().toInstant())
                    || now.isAfter(certificate.getNotAfter().toInstant()))
        .findFirst()
        .orElse(chain[0]);
  }

  private static String sentence(X509Certificate certificate, Instant now) {
    return "the certificate is valid from "
        + certificate.getNotBefore().toInstant()
        + " to "
        + certificate.getNotAfter().toInstant()
        + ", and this machine's clock says "
        + now;
  }
}
