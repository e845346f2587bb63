package io.nationtech.iot.platform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.codec.CanonicalJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

/**
 * What Zitadel is to devices and to whoever checks their tokens, with Zitadel's oddities; see
 * dev/servers/zitadel-token-endpoint. Two organisations, two projects, and an application of the
 * first project, which is what people log in to.
 */
public final class ZitadelTokenEndpoint implements AutoCloseable {
  private static final String ORGANISATION = "400934568993033254";
  private static final String OTHER_ORGANISATION = "400934568993098790";
  private static final String PROJECT = "400934598453759014";
  private static final String OTHER_PROJECT = "400934598453824550";
  private static final String APPLICATION = "400934598520867878";

  private final GenericContainer<?> container;
  private final URI issuer;
  private final String managementToken;
  private final HttpClient client;

  /**
   * @param certificate for {@code localhost}, PEM
   * @param key its private key, PEM
   * @param authority whom to trust for it, PEM
   */
  public record Https(String certificate, String key, String authority) {
    @Override
    public String toString() {
      return "Https[]";
    }
  }

  private ZitadelTokenEndpoint(
      Place place, String managementToken, Duration tokenLifetime, @Nullable Https https) {
    // The issuer has the port in it, so the port is chosen before the server is configured. Inside
    // the container it is the same one, so that other containers can use the issuer's name too.
    var port =
        switch (place) {
          case Place.Free _ -> freePort();
          case Place.Fixed fixed -> fixed.hostPort();
        };
    this.issuer = URI.create((https == null ? "http" : "https") + "://localhost:" + port);
    this.managementToken = managementToken;
    this.client = https == null ? HttpClient.newHttpClient() : trusting(https.authority());
    var arguments =
        new ArrayList<>(
            List.of(
                "-config", "/zitadel.json", "-state", "/tmp/state.json", "-listen", ":" + port));
    this.container =
        new GenericContainer<>(Images.of("zitadel-token-endpoint"))
            .withCopyToContainer(
                Transferable.of(configuration(tokenLifetime), 0600), "/zitadel.json");
    var ready = Wait.forHttp("/debug/ready").forPort(port);
    if (https != null) {
      arguments.addAll(List.of("-tls-cert", "/tls.pem", "-tls-key", "/tls.key"));
      container
          .withCopyToContainer(Transferable.of(https.certificate()), "/tls.pem")
          .withCopyToContainer(Transferable.of(https.key(), 0600), "/tls.key");
      ready.usingTls().allowInsecure();
    }
    container.withCommand(arguments.toArray(String[]::new)).waitingFor(ready);
    place.apply(container, port);
    container.setPortBindings(List.of("127.0.0.1:%d:%d".formatted(port, port)));
  }

  /** For tests: a free port, tokens that last as long as Zitadel's. */
  public static ZitadelTokenEndpoint start() {
    return start(Place.FREE, NatsServer.newPassword(), Duration.ofHours(12), null);
  }

  /**
   * At a place, with a token for the management API that was made before.
   *
   * @param https plain HTTP where null
   */
  public static ZitadelTokenEndpoint start(
      Place place, String managementToken, Duration tokenLifetime, @Nullable Https https) {
    var endpoint = new ZitadelTokenEndpoint(place, managementToken, tokenLifetime, https);
    endpoint.container.start();
    return endpoint;
  }

  /** {@code http://localhost:<port>}; by any other name than localhost it answers 404. */
  public String issuer() {
    return issuer.toString();
  }

  /** The project whose roles count. */
  public String project() {
    return PROJECT;
  }

  /** One that the fleet has nothing to do with. */
  public String otherProject() {
    return OTHER_PROJECT;
  }

  public String organisation() {
    return ORGANISATION;
  }

  public String otherOrganisation() {
    return OTHER_ORGANISATION;
  }

  /** The client id that people's tokens are for. */
  public String application() {
    return APPLICATION;
  }

  public String managementToken() {
    return managementToken;
  }

  /** Users, keys and grants, in the name of {@link #organisation()}. */
  public ZitadelManagement management() {
    return management(ORGANISATION);
  }

  public ZitadelManagement management(String organisation) {
    return new ZitadelManagement(client, issuer, managementToken, organisation);
  }

  /** Speaks to this server, and trusts its certificate where it has one. */
  public HttpClient client() {
    return client;
  }

  /**
   * Where other containers reach it, on the issuer's port: {@code withExtraHost("localhost",
   * containerAddress())} gives them the issuer's name.
   */
  public String containerAddress() {
    var networks = container.getCurrentContainerInfo().getNetworkSettings().getNetworks();
    return networks.values().iterator().next().getIpAddress();
  }

  /** An outage: connections are refused. Users, keys and the port stay. */
  public void stop() {
    container.getDockerClient().stopContainerCmd(container.getContainerId()).withTimeout(5).exec();
  }

  /** Starts it again where it was. */
  public void startAgain() {
    container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.stop();
  }

  private String configuration(Duration tokenLifetime) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("issuer", issuer()).put("managementToken", managementToken);
    json.put("tokenLifetimeSeconds", tokenLifetime.toSeconds());
    var organisations = json.putArray("organisations");
    organisations.addObject().put("id", ORGANISATION).put("primaryDomain", "test.localhost");
    organisations.addObject().put("id", OTHER_ORGANISATION).put("primaryDomain", "other.localhost");
    var projects = json.putArray("projects");
    projects.addObject().put("id", PROJECT).putArray("clientIds").add(APPLICATION);
    projects.addObject().put("id", OTHER_PROJECT);
    return CanonicalJson.write(json);
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Trusts one certificate and no other. */
  public static HttpClient trusting(String authority) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      var pem = new ByteArrayInputStream(authority.getBytes(StandardCharsets.US_ASCII));
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return HttpClient.newBuilder().sslContext(context).build();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
