package io.nationtech.iot.nats;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/** Puts every certificate of a server, and its host's name, to a judge that says at what time. */
final class ServerTrustManager extends X509ExtendedTrustManager {
  private static final String HOST_NAMES = "HTTPS";

  /** Checks chain and host at a time. */
  interface Check {
    void at(Instant time) throws CertificateException;
  }

  /** Decides the time or times of a check. */
  interface Judge {
    void judge(X509Certificate[] chain, Check check) throws CertificateException;
  }

  private final Anchors anchors;
  private final Judge judge;

  ServerTrustManager(Anchors anchors, Judge judge) {
    this.anchors = anchors;
    this.judge = judge;
  }

  /**
   * A time at which the check passes, where there is one: the span in which a chain is valid begins
   * as one of its certificates does.
   */
  static Optional<Instant> timeThatFits(X509Certificate[] chain, Check check) {
    return Arrays.stream(chain)
        .map(certificate -> certificate.getNotBefore().toInstant())
        .sorted(Comparator.reverseOrder())
        .filter(time -> passes(check, time))
        .findFirst();
  }

  private static boolean passes(Check check, Instant time) {
    try {
      check.at(time);
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    if (!(socket instanceof SSLSocket secured)) {
      throw new CertificateException("not a connection with TLS");
    }
    var parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(HOST_NAMES);
    secured.setSSLParameters(parameters);
    requireHostCheck(secured.getSSLParameters().getEndpointIdentificationAlgorithm());
    judge.judge(chain, time -> anchors.at(time).checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    requireHostCheck(engine.getSSLParameters().getEndpointIdentificationAlgorithm());
    judge.judge(chain, time -> anchors.at(time).checkServerTrusted(chain, type, engine));
  }

  private static void requireHostCheck(String algorithm) throws CertificateException {
    if (!HOST_NAMES.equals(algorithm)) {
      throw new CertificateException("the connection does not check the host's name");
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("a certificate is not believed without its host");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw noClients();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw noClients();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw noClients();
  }

  private static CertificateException noClients() {
    return new CertificateException("no client is believed here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return anchors.certificates();
  }
}
