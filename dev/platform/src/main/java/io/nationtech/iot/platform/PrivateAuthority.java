package io.nationtech.iot.platform;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** A certificate authority of a test's own, made with the JDK's keytool. */
public final class PrivateAuthority {
  private static final String PASSWORD = "password";
  private static final DateTimeFormatter START =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private final Path directory;
  private int issued;

  /** Its own certificate is valid for as long as anyone could ask. */
  public PrivateAuthority() {
    try {
      this.directory = Files.createTempDirectory("authority");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    generate("ca", "-ext", "bc:c", "-startdate", START.format(Instant.EPOCH), "-validity", "36500");
    keytool("ca", "-exportcert", "-rfc", "-file", certificate().toString());
  }

  /** The certificate to trust, PEM. */
  public Path certificate() {
    return directory.resolve("ca.pem");
  }

  /** A server's certificate and its private key, both PEM. */
  public record Issued(String certificate, String key) {
    @Override
    public String toString() {
      return "Issued[]";
    }
  }

  /** {@code names}: as keytool writes them, {@code dns:localhost,ip:127.0.0.1}. */
  public Issued issue(String names, Instant from, int days) {
    var name = "server-" + ++issued;
    generate(name);
    var request = directory.resolve(name + ".csr").toString();
    var certificate = directory.resolve(name + ".pem");
    keytool(name, "-certreq", "-file", request);
    keytool(
        "ca",
        "-gencert",
        "-rfc",
        "-infile",
        request,
        "-outfile",
        certificate.toString(),
        "-ext",
        "san=" + names,
        "-startdate",
        START.format(from),
        "-validity",
        Integer.toString(days));
    try {
      return new Issued(Files.readString(certificate), key(name));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String key(String name) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(store(name).toFile(), PASSWORD.toCharArray());
    var key = Objects.requireNonNull(store.getKey(name, PASSWORD.toCharArray()));
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(key.getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  private void generate(String name, String... more) {
    var arguments =
        new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name));
    arguments.addAll(List.of(more));
    keytool(name, arguments.toArray(String[]::new));
  }

  private void keytool(String name, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", name, "-keystore", store(name).toString()));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    command.add("-J-Duser.timezone=UTC");
    Command.run(command.toArray(String[]::new));
  }

  private Path store(String name) {
    return directory.resolve(name + ".p12");
  }
}
