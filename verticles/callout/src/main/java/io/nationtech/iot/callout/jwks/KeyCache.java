package io.nationtech.iot.callout.jwks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The last good keys of each issuer on disk, for a start while the provider is away. */
record KeyCache(Path directory) {
  private static final int NAME_BYTES = 8;

  Optional<String> read(String issuer) throws IOException {
    var file = file(issuer);
    return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  /** Whole or not at all, and for nobody else's eyes: who writes here decides who is let in. */
  void write(String issuer, String jwks) throws IOException {
    var part =
        Files.createTempFile(
            directory,
            "jwks",
            ".part",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.write(part, jwks.getBytes(StandardCharsets.UTF_8));
      try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(part, file(issuer), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private Path file(String issuer) {
    try {
      var hash =
          MessageDigest.getInstance("SHA-256").digest(issuer.getBytes(StandardCharsets.UTF_8));
      return directory.resolve("jwks-" + HexFormat.of().formatHex(hash, 0, NAME_BYTES) + ".json");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
