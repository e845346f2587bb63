package io.nationtech.iot.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/** Signs tokens such as Zitadel's, RS256, and serves the key. */
final class BenchIssuer implements AutoCloseable {
  static final String PROJECT = "400934598453759014";
  static final String ORGANISATION = "400934568993033254";
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair pair;
  private final HttpServer server;

  BenchIssuer() throws IOException, GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    pair = generator.generateKeyPair();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/oauth/v2/keys",
        exchange -> {
          var body = jwks().getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  String policy() {
    return """
        trust:
        - issuer: %s
          project: "%s"
          organisations: ["%s"]
          roles: {device: device}
        limits: {device: {subscriptions: 16, payloadBytes: 81920}}
        """
        .formatted(url(), PROJECT, ORGANISATION);
  }

  /** One a device: {@code device-0} and so on. */
  SortedMap<String, String> tokens(int devices) {
    var tokens = new ConcurrentSkipListMap<String, String>();
    IntStream.range(0, devices)
        .parallel()
        .mapToObj(i -> "device-" + i)
        .forEach(device -> tokens.put(device, token(device)));
    return tokens;
  }

  /** As long as a real one: 1 kB. */
  private String token(String device) {
    long now = Instant.now().getEpochSecond();
    var signed =
        encode("{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"JWT\"}")
            + "."
            + encode(
                """
                {"iss":"%s","aud":["%s"],"sub":"subject-of-%s","client_id":"%s","jti":"V2_400934598554422310-at_400934598554422311",\
                "iat":%d,"nbf":%d,"exp":%d,"urn:zitadel:iam:org:project:%s:roles":{"device":{"%s":"test.localhost"}},\
                "urn:zitadel:iam:user:metadata":{"device_id":"cGktMQ"}}"""
                    .formatted(
                        url(),
                        PROJECT,
                        device,
                        device,
                        now,
                        now,
                        now + 43_200,
                        PROJECT,
                        ORGANISATION));
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(pair.getPrivate());
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + ENCODER.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String jwks() {
    var key = (RSAPublicKey) pair.getPublic();
    return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"1\",\"n\":\"%s\",\"e\":\"%s\"}]}"
        .formatted(unsigned(key.getModulus()), unsigned(key.getPublicExponent()));
  }

  private static String unsigned(BigInteger number) {
    var bytes = number.toByteArray();
    return ENCODER.encodeToString(
        bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  private static String encode(String text) {
    return ENCODER.encodeToString(text.getBytes(UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
