package io.nationtech.iot.nats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The certificates that trust begins at: those of one PEM file, or else the system's. */
record Anchors(List<X509Certificate> all) {

  static Anchors read(Optional<Path> pem) throws GeneralSecurityException, IOException {
    return new Anchors(pem.isPresent() ? of(pem.get()) : ofTheSystem());
  }

  private static List<X509Certificate> of(Path pem) throws GeneralSecurityException, IOException {
    try (var in = Files.newInputStream(pem)) {
      return certificates(CertificateFactory.getInstance("X.509").generateCertificates(in));
    }
  }

  private static List<X509Certificate> ofTheSystem() throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((@Nullable KeyStore) null);
    return certificates(List.of(only(factory.getTrustManagers()).getAcceptedIssuers()));
  }

  private static List<X509Certificate> certificates(Collection<?> certificates) {
    return certificates.stream().map(X509Certificate.class::cast).toList();
  }

  /** The JDK's own check of chain and host, as if it were {@code time}. */
  X509ExtendedTrustManager at(Instant time) throws CertificateException {
    try {
      var parameters = new PKIXBuilderParameters(anchors(), new X509CertSelector());
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(time));
      var factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(new CertPathTrustManagerParameters(parameters));
      return only(factory.getTrustManagers());
    } catch (GeneralSecurityException e) {
      throw new CertificateException(e);
    }
  }

  private Set<TrustAnchor> anchors() {
    return all.stream()
        .map(certificate -> new TrustAnchor(certificate, null))
        .collect(Collectors.toSet());
  }

  private static X509ExtendedTrustManager only(TrustManager[] managers) {
    return Arrays.stream(managers)
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }

  X509Certificate[] certificates() {
    return all.toArray(X509Certificate[]::new);
  }
}
